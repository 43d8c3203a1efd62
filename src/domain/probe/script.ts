// The complete remote side: one POSIX sh script, read-only, without a temporary file. `sshdrift probe` prints it.
//
// Rules of this file:
// - Builtins wherever one can do it. Processes on the server: one hash tool and one stat for all files together, one
//   `cat` for each file that differs. Only names with a backslash, CR or LF are hashed one by one, since the tools
//   escape those in their output.
// - Every record starts with a newline and the nonce. File contents stand raw between two records, so that no byte is
//   escaped and a missing final newline survives; the nonce is drawn anew for each exec, so no file can hold it.
// - Unreadable is told from absent by opening the path: only the kernel knows which directory on the way is closed.
// - No single quotes, no `!`, few backslashes: the wrapper has to escape them with five bytes each.

import { type RemotePath, toBytes } from '../remote-path.ts';
import { patternParts } from '../watch.ts';
import { contentBudget, type Question } from './question.ts';

/** What is known of the hash tools: each prints `HASH NAME` lines for several files, and is tried on /dev/null first. */
const HASH_TOOLS = [
  'sha256sum', // GNU coreutils, BusyBox
  'sha256 -r', // FreeBSD, OpenBSD
  'shasum -a 256', // Perl, macOS
  'openssl dgst -sha256 -r',
  'busybox sha256sum', // BusyBox without applet links
  'cksum -a sha256 --untagged', // coreutils 9 where only cksum was kept
];

// Set by the head: n nonce, m largest file to send, b budget for all of them, q=1 look at found files, q=0 name them.
// Kept: N number of items; p$i path, h$i hash of the Git copy or `.`, k$i kind; L list of items, each as `/PATH//`.
const FUNCTIONS = `
r() { printf "\\n%s %s" $n "$1"; }
o() { case $( (: <"$1") 2>&1) in *ermission\\ denied*) return 0;; esac; return 1; }
a() { N=$((N+1)); L=$L/$1//; eval "p$N=\\$1 h$N=\\$2"; }
g() {
G=$1; d=$2; shift 2
if [ -d "$d" ]; then if [ -r "$d" ] && [ -x "$d" ]; then k=listed; else k=unreadable; fi
elif o "$d"; then k=unreadable
else k=absent; fi
r "G $G $k"
for f do if [ -e "$f" ] || [ -h "$f" ]; then case $L in
*"/$f//"*) ;;
*) if [ $q = 1 ]; then a "$f" .; r "P $N $G $f"; else r "P 0 $G $f"; fi;;
esac; fi; done
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
`;

// What the functions are: r, a record; o, may this path not be opened?; a, add an item; g, expand a glob; c, classify a
// path into k. BODY then classifies, hashes (t: the tool found), asks stat (u, v: GNU's and BusyBox's form, else BSD's)
// and prints one record for each item.

const BODY = `
l=$(printf "\\n."); l=\${l%.}; w=$(printf "\\r\\134"); i=0; set --
while [ $i -lt $N ]; do i=$((i+1)); eval "p=\\$p$i"; c "$p"; eval "k$i=\\$k"
if [ "$k" = file ]; then case $p in *["$l$w"]*) ;; *) set -- "$@" "$p";; esac; fi; done
for t in ${HASH_TOOLS.map(tool => (tool.includes(' ') ? `"${tool}"` : tool)).join(' ')} ""; do
H=$([ "$t" ] && $t /dev/null "$@" 2>/dev/null)$l
case $H in e3b0c44298fc1c14*) break;; esac; done
u=-c v="%s %Y %a %u %g %U:%G %n"; S=$(stat -L $u "$v" / "$@" 2>/dev/null)$l
case $S in [0-9]*) ;; *) u=-f v="%z %m %Mp%Lp %u %g %Su:%Sg %N"; S=$(stat -L $u "$v" / "$@" 2>/dev/null)$l;; esac
H=\${H#*"$l"}; S=\${S#*"$l"}; i=0; T=0
while [ $i -lt $N ]; do i=$((i+1)); eval "p=\\$p$i k=\\$k$i e=\\$h$i"; h=; z=
if [ "$k" = file ]; then
case $p in
*["$l$w"]*) z=$(stat -L $u "$v" "$p" 2>/dev/null); if [ "$t" ]; then h=$($t <"$p" 2>/dev/null); h=\${h%% *}; fi;;
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
if [ $h != $e ] && [ $z -le $m ] && [ $((T+z)) -le $b ]; then T=$((T+z)); r "D "; cat <"$p"; r "E $?"; fi
else r "F $i $k"; fi
done
r "END $t"; echo
`;

const tidy = (text: string): string => text.trim();

/** A path or literal as one shell word. Bare where it can be: the wrapper makes every quote five bytes long. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** The script that asks this question, as bytes in a binary string (paths may hold any byte but NUL). */
export function probeScript(question: Question, nonce: string): string {
  const head = [
    'exec </dev/null',
    'LC_ALL=C PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin; export LC_ALL PATH',
    `n=${nonce} m=${question.maxFileSize} b=${contentBudget(question.maxFileSize)} q=${question.found === 'inspect' ? 1 : 0} N=0 L=`,
  ].join('\n');
  const asked = question.files.map(file => `a ${shellWord(file.path)} ${file.sha256 ?? '.'}`);
  const globs = question.globs.map((glob, index) => {
    const directory = glob.directory === '/' ? '' : glob.directory;
    const words = patternParts(glob.pattern).map(part => (/^[*?[]/.test(part) ? part : shellWord(part)));
    return `g ${index} ${shellWord(glob.directory)} ${directory && shellWord(directory)}/${words.join('')}`;
  });
  return [head, tidy(FUNCTIONS), 'r "BEGIN 1"', ...asked, ...globs, tidy(BODY)].join('\n');
}

/** Paths that the script cannot carry: none but those with a NUL byte, which no file can have. */
export const isAskable = (path: RemotePath): boolean => !toBytes(path).includes(0);
