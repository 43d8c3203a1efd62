// The script's own text, held to an allow-list: the programs and builtins it names, how it calls each program, and what
// it redirects. What test/read-only.test.ts shows of the ways that were tried, this shows of all of them.

import { describe, expect, test } from 'vitest';
import { SCRIPT } from '../../../src/domain/probe/script.ts';
import { PROBE_PROGRAMS } from '../../support/allowed-programs.ts';
import { readShell } from '../../support/shell-text.ts';

/** Builtins that change nothing but the shell itself. `read`, `printf` and `echo` do only where they are redirected to. */
const BUILTINS = 'set shift export : [ read printf echo return break eval for exec'.split(' ');

/** Every program that is named, with all its arguments. */
const CALLS = [
  `dpkg-query -W -f "\${D}{db:Status-Status} \${D}{Package}$l\${D}{Conffiles}$l"`,
  'rpm --dbpath $x -qf --qf "[installed %{=NAME}$l %{FILENAMES} %{FILEDIGESTS}$l]" $F',
  'setpriv --reuid 65534 --regid 65534 --clear-groups "$@"',
  '"$@"',
  '$t /dev/null "$@"',
  'stat -L $u "$v" $X $V "$@"',
  'stat -L $u "$v" "$p"',
  '$t',
  'wc -c',
  'cat',
];

/** Reading, or away with it. */
const REDIRECTIONS = /^(?:<(?!>|<)\S+|2>\/dev\/null|2>&1)$/;

/** What is wrong with a text; nothing if it can only read. */
function wrong(text: string): readonly string[] {
  const functions = [...text.matchAll(/^(\w+)\(\) \{/gm)].map(([, name = '']) => name);
  const { commands, assigned, redirections } = readShell(text);
  const calls = commands.filter(([first = '']) => !BUILTINS.includes(first) && !functions.includes(first));
  const positional = commands.flatMap(([first], i) => (first === '"$@"' ? [i] : []));
  const before = commands.slice((positional[0] ?? 0) - 4, positional[0]).map(([first]) => first);
  return [
    ...calls.map(words => words.join(' ')).filter(call => !CALLS.includes(call)),
    ...redirections.filter(redirection => !REDIRECTIONS.test(redirection)),
    // What two of the calls run: a hash tool of the one list, and what was put into the arguments just before.
    ...(assigned.filter(name => name === 't').length === 1 ? [] : ['t is set twice']),
    ...(positional.length === 1 && before.join() === 'rpm,[,set,setpriv' ? [] : ['other arguments are run']),
    ...(/^(?:exec <\/dev\/null\n)(?![\s\S]*\bexec\b)/.test(text) ? [] : ['exec']),
    ...functions.filter(name => PROBE_PROGRAMS.includes(name)),
  ];
}

test('it runs a few programs, each in one way that reads, and redirects into nothing', () => {
  expect(wrong(SCRIPT)).toEqual([]);
});

test('every call on the list is made', () => {
  const made = readShell(SCRIPT).commands.map(words => words.join(' '));
  expect(CALLS.filter(call => !made.some(words => words.startsWith(call.slice(0, 8))))).toEqual([]);
});

test('the hash tools are known ones', () => {
  const loop = readShell(SCRIPT).commands.find(([first, name]) => first === 'for' && name === 't');
  const tools = loop?.slice(3).map(word => word.replaceAll('"', ''));
  expect(tools?.length).toBeGreaterThan(5);
  expect(tools?.filter(tool => tool !== '' && !PROBE_PROGRAMS.includes(tool.split(' ')[0] ?? ''))).toEqual(
    [],
  );
  expect(tools?.find(tool => tool.startsWith('busybox'))).toBe('busybox sha256sum');
  expect(tools?.find(tool => tool.startsWith('openssl'))).toBe('openssl dgst -sha256 -r');
});

describe('it would be found', () => {
  const lines = SCRIPT.split('\n');
  /** Between any two commands of the script's own level, and inside a function, a loop, a condition and a substitution. */
  const places: readonly ((command: string) => string)[] = [
    command => [...lines.slice(0, 3), command, ...lines.slice(3)].join('\n'),
    command => `${SCRIPT}\n${command}`,
    command => SCRIPT.replace('r() { ', `r() { ${command}; `),
    command => SCRIPT.replace('\nfi; done; done\n', `\n${command}; fi; done; done\n`),
    command => SCRIPT.replace('C=$(', `C=$(${command}; `),
    command => SCRIPT.replace('[ -d "$1" ]', `[ "$(${command})" ]`),
    command => SCRIPT.replace('"installed "*) ', `"installed "*) ${command}; `),
  ];
  test.each([
    ': > /etc/x',
    ': >/etc/x',
    'x=1 >|/etc/x',
    'echo x >>/etc/x',
    '>/etc/x',
    'cat <>"$p"',
    'cat <"$p" >$x',
    'printf x 1>&3',
    'cat /etc/shadow',
    'rm -rf "$p"',
    '/bin/rm "$p"',
    'x=$(mktemp)',
    'tee x <"$p"',
    'LC_ALL=C rm x',
    'if rm x; then :; fi',
    'true && rm x',
    '{ rm x; }',
    ' ( rm x )',
    'eval "rm \\$p"',
    'eval "x=1; touch \\"\\$p\\""',
    'exec rm x',
    'command rm x',
    'trap rm EXIT',
    '. /tmp/x',
    'y="$(rm x)"',
    `y="a\${x%"$(rm x)"}"`,
    'for t in rm; do :; done',
    't=rm',
    'read t <$x',
    '$x y',
    '"$@"',
    'set -- rm "$@"; "$@"',
    'rpm -qa',
    'dpkg-query -S x',
    'openssl dgst -out x',
    'busybox rm x',
    'case $x in a) rm x;; esac',
    'rm x &',
    'x=`rm x`',
    "'rm' x",
    'r\\m x',
    '"rm" x',
    'x=$((1+$(rm x)))',
    'cat <<E',
    'umask 0; mkdir x',
    'kill -9 1',
  ])('%s', command => {
    for (const [i, place] of places.entries()) {
      const text = place(command);
      expect(text).not.toBe(SCRIPT);
      const found = (() => {
        try {
          return wrong(text);
        } catch (error) {
          return [String(error)];
        }
      })();
      expect({ place: i, found: found.length > 0 }).toEqual({ place: i, found: true });
    }
  });
});
