// The server's side of a key that can do nothing but ask about the watched files: an authorized_keys line that forces a
// command, and that command, a small POSIX sh program. sshdrift connects with such a key as with any other.
//
// Rules of the program:
// - What arrives is data. It is taken apart by parameter expansion and compared; nothing of it is ever evaluated.
// - It runs its own copy of the script, and only if the received one is the same: two versions that understand a
//   parameter differently never meet.
// - A path is decoded by the function that the script uses, in the same shell, so that what was checked is what is read.
// - It may run as root by sudo, called by the login itself with any argument: the environment is its own.

import { decodeBytes } from '../escape.ts';
import type { Become } from '../inventory.ts';
import { toBytes } from '../remote-path.ts';
import { patternParts, type Watch } from '../watch.ts';
import { globWords, SCRIPT } from './script.ts';

/** Where the program is to be installed. */
export const FORCED_COMMAND_PATH = '/usr/local/libexec/sshdrift-probe';

/** What a key is restricted to, and for whom. */
export interface Restriction {
  /** Names of the servers, for the comment. */
  readonly servers: readonly string[];
  readonly user: string;
  readonly become: Become | null;
  readonly watch: readonly Watch[];
  /** Name of the process whose start may be asked for. */
  readonly service: string;
  /** A line of a .pub file: type, base64 and perhaps a comment. */
  readonly publicKey: string;
  readonly version: string;
}

const ELEVATED: Readonly<Record<Become, string>> = { sudo: 'sudo -n', doas: 'doas -n' };

/** The line for ~/.ssh/authorized_keys. An elevated program gets the received command as its argument, since sudo clears the environment. */
export function authorizedKey({ become, publicKey }: Restriction): string {
  const command =
    become === null
      ? FORCED_COMMAND_PATH
      : `${ELEVATED[become]} ${FORCED_COMMAND_PATH} \\"$SSH_ORIGINAL_COMMAND\\"`;
  return `restrict,command="${command}" ${publicKey}`;
}

const RULE: Readonly<Record<Become, (user: string) => readonly string[]>> = {
  sudo: user => ['/etc/sudoers.d/sshdrift', `${user} ALL=(root) NOPASSWD: ${FORCED_COMMAND_PATH}`],
  doas: user => ['/etc/doas.conf', `permit nopass ${user} as root cmd ${FORCED_COMMAND_PATH}`],
};

function instructions(restriction: Restriction): string {
  const { become, user, servers, version } = restriction;
  const [file, rule] = become === null ? [] : RULE[become](user);
  const lines = [
    `sshdrift-probe, made by sshdrift ${version} for ${servers.join(', ')}: all that a restricted key can do there.`,
    'It tells which watched files differ from their Git copies, and how. What it receives is never run.',
    '',
    `1. Install this file as ${FORCED_COMMAND_PATH}, owned by root, mode 0755, on the server:`,
    `install -D -o root -g root -m 0755 sshdrift-probe ${FORCED_COMMAND_PATH}`,
    `2. Add this line to ~${user}/.ssh/authorized_keys:`,
    authorizedKey(restriction),
    ...(rule ? [`3. Add this line to ${file}; it allows nothing but this program:`, rule] : []),
    '',
    'Make it anew when `watch` or `become` changes, or when sshdrift says that it is refused.',
    ...(become === null
      ? []
      : ['Links are followed as root: nobody else may write to the watched directories.']),
  ];
  return lines.map(line => `# ${line}`.trim()).join('\n');
}

/** Bytes as one shell word. */
const quoted = (bytes: string): string => `'${bytes.replaceAll("'", "'\\''")}'`;

/** Tests for one watched path or glob; `$x` is the path, and `below` leaves its last component in `$y`. */
function fileTest(watch: Watch): string {
  if (watch.kind === 'path') return `case $x in ${quoted(watch.path)}) return 0;; esac`;
  const parts = patternParts(watch.pattern);
  const pattern = parts.map(part => (/^[*?[]/.test(part) ? part : quoted(part))).join('');
  // As in glob(3), a wildcard does not match a leading dot.
  const hidden = /^[*?[]/.test(watch.pattern) ? '.*) ;; ' : '';
  const directory = quoted(watch.directory === '/' ? '/' : `${watch.directory}/`);
  return `below ${directory} && case $y in ${hidden}${pattern}) return 0;; esac`;
}

const globTest = (watch: Watch): string =>
  watch.kind === 'path' ? '' : `case $1 in ${quoted(globWords(watch))}) return 0;; esac\n`;

/** The program, with instructions in its first comment. */
export function forcedCommand(restriction: Restriction): string {
  const { watch, service } = restriction;
  const program = `#!/bin/sh
${instructions(restriction)}

set -fu
LC_ALL=C PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin IFS=" "; export LC_ALL PATH
refuse() { printf "sshdrift-probe: refused: %s\\n" "$1" >&2; exit 1; }

# The script that answers, as \`sshdrift probe\` prints it.
script='${SCRIPT}'

# Is the path x watched?
file() {
${watch.map(fileTest).join('\n')}
return 1
}
below() { y=\${x#"$1"}; [ "$x" = "$1$y" ] && case $y in ""|.|..|*/*) return 1;; esac; }
# Are these two words a watched glob?
glob() {
${watch.map(globTest).join('')}return 1
}
number() { case $1 in ""|*[!0-9]*|?????????*) refuse "a bad limit";; esac; }
hex() { case $1 in *[!0-9a-f]*) return 1;; esac; [ \${#1} = "$2" ]; }
# Decodes a word into x, exactly as the script will.
d() { x=$1; case $x in *\\\\*) x=$(printf %b. "$x"); x=\${x%.};; esac; }

# The command must be the wrapper, this script, one argument, and nothing else.
c=\${1-\${SSH_ORIGINAL_COMMAND-}}
[ "$c" ] || refuse "this key can only be used by sshdrift check"
[ \${#c} -le 32768 ] || refuse "a command of \${#c} bytes"
case $c in *[!\\ -~]*) refuse "a command with bytes that sshdrift never sends";; esac
c=\${c#"env LC_ALL=C sudo -k -n -- "}; c=\${c#"env LC_ALL=C doas -n "}
h="sh -c 'eval \\"\\$(printf %b \\"\\$0\\")\\"' '"
s=\${c#"$h"}; s=\${s%%\\'*}; p=\${c#"$h$s' '"}; p=\${p%\\'}
[ "$c" = "$h$s' '$p'" ] || refuse "a command that is not sshdrift's"
case $p in *\\'*) refuse "a command that is not sshdrift's";; esac
[ "$(printf %b "$s")" = "$script" ] || refuse "a script of another version of sshdrift"

# The argument: nonce, two limits, two flags, a process, then three words for each file or glob, all of them watched.
set -- $p
[ $# -ge 6 ] && [ $(($# % 3)) = 0 ] || refuse "a wrong number of words"
hex "$1" 32 || refuse "a bad nonce"
number "$2"; number "$3"
case $4$5 in [01][01]) ;; *) refuse "a bad flag";; esac
case $6 in .|${quoted(service.slice(0, 15))}) ;; *) refuse "another process";; esac
shift 6
while [ $# -gt 0 ]; do
case $1 in
f) d "$2"; file || refuse "$2 is not watched"
[ "$3" = . ] || hex "$3" 64 || refuse "a bad hash";;
g) glob "$2 $3" || refuse "$2/$3 is not watched";;
*) refuse "a bad word";;
esac
shift 3; done
exec env -i PATH="$PATH" /bin/sh -c "$script" sshdrift-probe "$p"
`;
  return decodeBytes(toBytes(program));
}
