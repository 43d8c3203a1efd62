// The complete remote side: one POSIX sh script, read-only, without a temporary file. `sshdrift probe` prints it.
//
// Rules of this file:
// - The script is the same for every server; what is asked comes in its one argument, as words. They are data: never
//   evaluated, so that no path can become a command, here or behind a forced command.
// - Builtins wherever one can do it. Processes on the server: one hash tool and one stat for all files together, one `cat`
//   for each file that differs, and one package tool if there are files that Git does not know. Only names with a
//   backslash or a control character are hashed one by one, since the tools escape CR, LF and backslash in their output.
// - The service is looked for where systemd keeps its processes, and in its pid file, by builtins alone. Who is not there is not
//   looked for among all processes: that would cost each server 12 microseconds for each of its processes, for a mere hint.
// - A pid file may be the service's own to write. Only digits are taken from it: a path would lead to files of somebody's
//   choice, whose words some shells run as commands when they calculate with them, as root perhaps.
// - Records are gathered and written together: each write would be a packet, which costs sshd more than it costs us.
// - Every record starts with a newline and the nonce. File contents stand raw between two records, so that no byte is
//   escaped and a missing final newline survives; the nonce is drawn anew for each exec, so no file can hold it.
// - Unreadable is told from absent by opening the path: only the kernel knows which directory on the way is closed, and whether
//   a disk or a mount is at fault. Absent is only what it says is not there. Some shells begin what they say with $0, which is
//   this whole script: none of those words may stand in it as they are said, and the path is left out.
// - No single quotes, no `!`, few backslashes: the wrapper has to escape them with five bytes each.

import { type RemotePath, toBytes } from '../remote-path.ts';
import { patternParts } from '../watch.ts';
import { contentBudget, type Glob, type Question } from './question.ts';

/** What is known of the hash tools: each prints `HASH NAME` lines for several files, and is tried on /dev/null first. */
const HASH_TOOLS = [
  'sha256sum', // GNU coreutils, BusyBox
  'sha256 -r', // FreeBSD, OpenBSD
  'shasum -a 256', // Perl, macOS
  'openssl dgst -sha256 -r',
  'busybox sha256sum', // BusyBox without applet links
  'cksum -a sha256 --untagged', // coreutils 9 where only cksum was kept
];

// The argument is `NONCE LARGEST BUDGET INSPECT PACKAGES SERVICE` and then three words for each item: `f PATH HASH`, where
// HASH is that of the Git copy or `.`, and `g DIRECTORY PATTERN`. SERVICE may be `.` for none. Kept as n, m, b, q, j, Y; G
// number of globs; N number of items; p$i path, h$i hash, k$i kind; L list of items, each as `/PATH//`; W numbers of the
// globs whose directory v$G has to be dated. An empty IFS and no quotes make a pattern a glob and nothing else.
const HEAD = `
exec </dev/null
LC_ALL=C PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin; export LC_ALL PATH
set -f; set -- $1; set +f
n=$1 m=$2 b=$3 q=$4 j=$5 Y=$6 G=0 N=0 L= O= W= Z=; shift 6
l="
"
R() { printf %s "$O"; O=; }
r() { O=$O$l$n\\ $1; if [ \${#O} -gt 8000 ]; then R; fi; }
d() { x=$1; case $x in *\\\\*) x=$(printf %b. "$x"); x=\${x%.};; esac; }
o() { x=$( (: <"$1") 2>&1); case \${x%%"$1"*}\${x##*"$1"} in *ermission" denied"*) ;; ""|*o" such file"*|*ot" a directory"*|*oo" many levels"*|*oo" long"*) return 1;; esac; return 0; }
a() { N=$((N+1)); L=$L/$1//; eval "p$N=\\$1 h$N=\\$2"; }
g() {
if [ -d "$1" ]; then if [ -r "$1" ] && [ -x "$1" ]; then k=listed
if [ $Y != . ]; then case $1 in *[[:cntrl:]\\\\]*) ;; *) eval "v$G=\\$1"; W="$W $G";; esac; fi; else k=unreadable; fi
elif o "$1"; then k=unreadable
else k=absent; fi
r "G $G $k"
IFS=; set -- "\${1%/}"/$2; IFS=" "
for f do if [ -e "$f" ] || [ -h "$f" ] || { [ $k = listed ] && o "$f"; }; then case $L/$f in
*/.|*/..|*"/$f//"*) ;;
*) if [ $q = 1 ]; then a "$f" .; r "P $N $G $f"; else r "P 0 $G $f"; fi;;
esac; fi; done
G=$((G+1))
}
c() {
if [ -f "$1" ]; then if [ -r "$1" ]; then k=file; else k=unreadable; fi
elif [ -d "$1" ]; then k="other directory"
elif [ -p "$1" ]; then k="other FIFO"
elif [ -S "$1" ]; then k="other socket"
elif [ -b "$1" ]; then k="other block device"
elif [ -c "$1" ]; then k="other character device"
elif [ -e "$1" ]; then k="other special file"
elif o "$1"; then k=unreadable
elif [ -h "$1" ]; then k=dangling
else k=absent; fi
}
r "BEGIN 1"
while [ $# -gt 0 ]; do d "$2"
case $1 in f) a "$x" $3;; g) y=$x; d "$3"; g "$y" "$x";; esac; shift 3; done
i() { if [ -z "$Z" ] && [ -f $1 ] && [ -r $1 ]; then
while read -r x; do case $x in ""|*[!0-9]*) ;; *) y=; { read -r y <"/proc/$x/comm"; } 2>/dev/null; if [ "$y" = $Y ]; then Z=\${Z:+$Z$l}/proc/$x; fi;; esac; done <$1
fi; }
e() { x=; { read -r x <$1/stat; } 2>/dev/null; set -- \${x##*") "}; x=\${20}; }
if [ $Y != . ]; then
for x in system.slice/$Y system.slice/\${Y%d} systemd/system.slice/$Y systemd/system.slice/\${Y%d}; do i /sys/fs/cgroup/$x.service/cgroup.procs; done
i /run/$Y.pid
case $Z in *"$l"*) Z=;; esac
fi
`;

// The functions: r, a record; d, decode a word into x; o, can this path not be opened, although it may be there?; a, add an
// item; g, expand a glob; c, classify a path into k; i, which processes of a list have the service's name, into Z; e, when a
// process started; R, write the records.
//
// The start of a process is counted in hundredths of a second (USER_HZ) of the time since boot, and so is our own: the
// difference is its age. What time it is now is when /proc/self came to be, which for stat is this moment. Of several
// processes with the name nobody knows which one reads the files, so nothing is said.
//
// BODY then classifies, asks about packages, hashes (t: the tool found), asks stat (u, v: GNU's and BusyBox's form, else
// BSD's; X: what comes first, so that there is always something; V: the directories as words for eval) and prints one
// record for each item.
//
// F lists the readable files that Git does not know, M those of them that are done with, to begin with the diverted
// ones, of which nobody can say which package's version they are. s, tell what ships a file. \`dpkg-query -W\` reads one
// file and so costs a tenth of \`-S\`, which reads the file lists of all packages. Conffiles of packages that are removed
// (not \`installed\`) and obsolete ones (the last word is no hash) are shipped by nobody any more. rpm is made to print the
// same lines. It writes wherever it may, even to read: the shared memory of its database, or a new database if it finds
// none. So only a database that is there is named to it, and root, who may write there, asks as nobody, or, without
// setpriv, not at all. D is a dollar sign, which would take a backslash each time.

const BODY = `
i=0 F=; set --
while [ $i -lt $N ]; do i=$((i+1)); eval "p=\\$p$i h=\\$h$i"; c "$p"; eval "k$i=\\$k"
if [ "$k" = file ]; then case $p in *[[:cntrl:]\\\\]*) ;; *) set -- "$@" "$p"; if [ $h = . ]; then F=$F$l$p; fi;; esac; fi; done
s() { case $F$l in *"$l$1$l"*) case $M in *"$l$1$l"*) ;; *) case $3 in ""|*[!0-9a-f]*) ;; *) M=$M$1$l; r "O $2 $3 $1";; esac;; esac;; esac; }
if [ $j = 1 ] && [ "$F" ]; then
x=/var/lib/dpkg/diversions M=$l D=\\$; set -f
if [ -r $x ]; then while read -r y; do M=$M$y$l; done <$x; fi
C=$(dpkg-query -W -f "\${D}{db:Status-Status} \${D}{Package}$l\${D}{Conffiles}$l" 2>/dev/null)
for x in /usr/lib/sysimage/rpm /var/lib/rpm; do for y in rpmdb.sqlite Packages.db Packages; do if [ -z "$C" ] && [ -f $x/$y ]; then
C=$(IFS=$l; set -- rpm --dbpath $x -qf --qf "[installed %{=NAME}$l %{FILENAMES} %{FILEDIGESTS}$l]" $F
if [ -w $x ]; then set -- setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; fi; "$@" 2>/dev/null)
fi; done; done
IFS=$l
for y in $C; do case $y in
" /"*) x=\${y##* }; y=\${y% *}; if [ "$z" ]; then s "\${y# }" "$z" "$x"; fi;;
"installed "*) z=\${y#* };;
*) z=;;
esac; done
IFS=" "; y=/var/lib/ucf
if [ -r $y/hashfile ] && [ -r $y/registry ]; then while read -r h p; do p=/\${p#*/}; case $F$l in *"$l$p$l"*)
z=ucf; while read -r k x; do if [ "/\${x#*/}" = "$p" ]; then z=$k; fi; done <$y/registry; s "$p" "$z" "$h";;
esac; done <$y/hashfile; fi
fi
for t in ${HASH_TOOLS.map(tool => (tool.includes(' ') ? `"${tool}"` : tool)).join(' ')} ""; do
H=$([ "$t" ] && $t /dev/null "$@" 2>/dev/null)$l
case $H in e3b0c44298fc1c14*) break;; esac; done
V=; for x in $W; do V="$V \\"\\$v$x\\""; done
X=/; if [ "$Z" ]; then X=/proc/self; fi
u=-c v="%s %Y %a %u %g %U:%G %n"; eval "S=\\$(stat -L $u \\"\\$v\\" $X $V \\"\\$@\\" 2>/dev/null)"; S=$S$l
case $S in [0-9]*) ;; *) u=-f v="%z %m %Mp%Lp %u %g %Su:%Sg %N"; eval "S=\\$(stat -L $u \\"\\$v\\" $X $V \\"\\$@\\" 2>/dev/null)"; S=$S$l;; esac
if [ "$Z" ]; then y=\${S#* }; y=\${y%% *}; e $Z; Z=$x; e /proc/self; if [ "$x" ] && [ "$Z" ] && [ "$y" ]; then r "S $((y-(x-Z)/100)) $y"; fi; fi
H=\${H#*"$l"}; S=\${S#*"$l"}; i=0; T=0
for x in $W; do eval "y=\\$v$x"; z=\${S%%"$l"*}; case $z in *" $y") S=\${S#*"$l"}; z=\${z#* }; r "W $x \${z%% *}";; esac; done
while [ $i -lt $N ]; do i=$((i+1)); eval "p=\\$p$i k=\\$k$i e=\\$h$i"; h=; z=
if [ "$k" = file ]; then
case $p in
*[[:cntrl:]\\\\]*) z=$(stat -L $u "$v" "$p" 2>/dev/null); if [ "$t" ]; then h=$($t <"$p" 2>/dev/null); h=\${h%% *}; fi;;
*) y=\${H%%"$l"*}; x=\${y%% *}; case \${y#"$x"} in "  $p"|" *$p"|" $p") h=$x; H=\${H#*"$l"};; esac
z=\${S%%"$l"*}; case $z in *" $p") S=\${S#*"$l"};; *) z=;; esac;;
esac
z=\${z%" $p"}
if [ -z "$t" ]; then h=-; elif [ -z "$h" ]; then if o "$p"; then k=unreadable; else k=changing; fi; fi
fi
if [ "$k" = file ]; then
if [ -z "$z" ]; then z=$(wc -c <"$p"); z=$((z)); fi
f=file; if [ -h "$p" ]; then f=link; fi
r "F $i $f $h $z"; z=\${z%% *}
if [ $h != $e ] && [ $z -le $m ] && [ $((T+z)) -le $b ]; then T=$((T+z)); r "D "; R; cat <"$p"; r "E $?"; fi
else r "F $i $k"; fi
done
r "END $t$l"; R
`;

/** The script itself, the same for every question: ASCII, several lines. Its one argument is {@link parameters}. */
export const SCRIPT = `${HEAD.trim()}\n${BODY.trim()}`;

/** Bytes as `printf %b` takes them, without anything that a login shell would interpret inside single quotes. */
export const escapeBytes = (bytes: string): string =>
  bytes.replace(/[^ -~]|[\\'!]/g, char => `\\0${char.charCodeAt(0).toString(8).padStart(3, '0')}`);

const word = (bytes: string): string => escapeBytes(bytes).replaceAll(' ', '\\0040');

/**
 * A watched pattern as every shell expands it. What is no wildcard stands in brackets if it could mean something to some
 * shell: ksh expands braces in variables, and a backslash escapes in one shell what it does not in the other.
 */
const portablePattern = (pattern: string): string =>
  patternParts(pattern)
    .map(part =>
      /^[*?[]/.test(part)
        ? part
        : part.replace(/[ "-,/:-@{-~`\\]/g, char => (char === '\\' ? '[\\\\]' : `[${char}]`)),
    )
    .join('');

/** The two words for a glob. */
export const globWords = ({ directory, pattern }: Glob): string =>
  `${word(directory)} ${word(portablePattern(pattern))}`;

/** What the script is asked, as its one argument: words of printable ASCII without quotes, other bytes as `\0ooo`. */
export function parameters(question: Question, nonce: string): string {
  const { files, globs, found, packages, service, maxFileSize } = question;
  const limits = [
    maxFileSize,
    contentBudget(maxFileSize),
    found === 'inspect' ? 1 : 0,
    packages ? 1 : 0,
    service ?? '.',
  ];
  const asked = files.flatMap(file => ['f', word(file.path), file.sha256 ?? '.']);
  const globbed = globs.flatMap(glob => ['g', globWords(glob)]);
  return [nonce, ...limits, ...asked, ...globbed].join(' ');
}

/** Paths that the script cannot carry: none but those with a NUL byte, which no file can have. */
export const isAskable = (path: RemotePath): boolean => !toBytes(path).includes(0);
