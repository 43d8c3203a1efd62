// The server's side of a restricted key, attacked: it answers sshdrift's own questions about watched files, and nothing
// else, under every shell that may be /bin/sh somewhere.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/domain/git-copies.ts';
import { parseAnswer } from '../../../src/domain/probe/answer.ts';
import { probeCommand, wrap } from '../../../src/domain/probe/command.ts';
import { elevate } from '../../../src/domain/probe/elevate.ts';
import { authorizedKey, forcedCommand, type Restriction } from '../../../src/domain/probe/forced-command.ts';
import type { Question } from '../../../src/domain/probe/question.ts';
import { parameters, SCRIPT } from '../../../src/domain/probe/script.ts';
import { parseWatch } from '../../../src/domain/watch.ts';
import { findProgram } from '../../support/find-program.ts';
import { globOf, NONCE, pathOf, question, runCommand } from '../../support/run-probe.ts';

const SHELLS = ['dash', 'bash --posix', 'busybox sh', 'zsh --emulate sh', 'ksh']
  .map(shell => shell.split(' '))
  .filter(([program]) => findProgram(program as string) !== null);

let base: string;
let etc: string;
let canary: string;
let asked: Question;

const restriction = (): Restriction => ({
  servers: ['lab'],
  user: 'deploy',
  become: null,
  watch: [`${etc}/main.conf`, `${etc}/d/*.conf`, `${etc}/d/.[a-z]*`, `${etc}/o'dd dir/x {a}*`].map(path =>
    parseWatch(pathOf(path)),
  ),
  service: 'rsyslogd',
  publicKey: 'ssh-ed25519 AAAA',
  version: '1',
});

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'sshdrift-forced-'));
  etc = join(base, 'etc');
  canary = join(base, 'canary');
  for (const dir of ['d', 'd/sub', "o'dd dir"]) mkdirSync(join(etc, dir), { recursive: true });
  const files = ['main.conf', 'd/a.conf', "d/o'dd\\n \n!é.conf", 'd/.hidden.conf', "o'dd dir/x {a} $(id)"];
  for (const file of files) writeFileSync(join(etc, file), `contents of ${file}`);
  for (const file of ['secret', 'd/sub/a.conf', 'd/secret']) writeFileSync(join(etc, file), 'TOP SECRET');
  symlinkSync('a.conf', join(etc, 'd/link.conf'));
  writeFileSync(join(base, 'probe'), forcedCommand(restriction()), { mode: 0o755 });
  asked = question({
    files: [...files, 'd/absent.conf'].map((file, i) => ({
      path: pathOf(join(etc, file)),
      sha256: i === 0 ? sha256(Buffer.from(`contents of ${file}`)) : null,
    })),
    globs: [globOf(`${etc}/d`, '*.conf'), globOf(`${etc}/o'dd dir`, 'x {a}*')],
  });
});
afterAll(() => rmSync(base, { recursive: true }));

/** What sshd does for the key: the program, with what the client sent in the environment. */
function forced(command: string | null, shell: readonly string[] = ['sh'], args: readonly string[] = []) {
  const [program, ...flags] = shell;
  const { status, stdout, stderr } = spawnSync(program as string, [...flags, join(base, 'probe'), ...args], {
    env: { PATH: '/usr/bin:/bin', ...(command === null ? {} : { SSH_ORIGINAL_COMMAND: command }) },
    cwd: base,
  });
  return { status, stdout, stderr: stderr.toString() };
}

const refused = {
  status: 1,
  stdout: Buffer.alloc(0),
  stderr: expect.stringMatching(/^sshdrift-probe: refused: .+\n$/),
};
const withParameters = (text: string): string => wrap(SCRIPT, text);
const parametersOf = (...words: readonly string[]): string =>
  withParameters([NONCE, '1048576', '4194304', '1', '1', '.', ...words].join(' '));

test('the script can stand in single quotes, and needs nothing but its argument', () => {
  expect(SCRIPT).not.toMatch(/[^\n -~]|'/);
});

describe.each(SHELLS.map(shell => [shell.join(' '), shell] as const))('under %s', (_, shell) => {
  test('a question of sshdrift gets the answer that it gets without the program', () => {
    const command = probeCommand(asked, NONCE);
    const { status, stdout, stderr } = forced(command, shell);
    expect([status, stderr]).toEqual([0, '']);
    const answer = parseAnswer(asked, NONCE, stdout);
    expect(answer).toEqual(parseAnswer(asked, NONCE, runCommand(command, { shell: ['sh'] })));
    expect(answer.kind === 'whole' && answer.files.size).toBe(7);
  });

  test('elevated, or as the argument that sudo leaves, it is the same question', () => {
    const command = probeCommand(asked, NONCE);
    for (const become of ['sudo', 'doas'] as const)
      expect(forced(elevate(command, become, false), shell).status).toBe(0);
    expect(parseAnswer(asked, NONCE, forced('id', shell, [command]).stdout).kind).toBe('whole');
  });

  test('everything else is refused, runs nothing and reads nothing', () => {
    const h = sha256(Buffer.from(''));
    const word = (path: string): string =>
      parameters(question({ files: [{ path: pathOf(path), sha256: null }] }), NONCE).split(' ')[7] as string;
    const good = probeCommand(asked, NONCE);
    const touch = `touch ${canary}`;
    const attacks: readonly (string | null)[] = [
      null,
      '',
      'id',
      'sh',
      `sh -c '${touch}'`,
      // Around the command.
      `${good}; ${touch}`,
      `${good} ; ${touch}`,
      `${good}\n${touch}`,
      `${good} 'x'`,
      `${good} `,
      ` ${good}`,
      `${touch}; ${good}`,
      `${touch}\n${good}`,
      `LC_ALL=C ${good}`,
      elevate(good, 'sudo', true),
      `sudo -u root ${good}`,
      good.slice(0, -1),
      good.replace('sh -c', 'bash -c'),
      good.replaceAll("'", '"'),
      // In the script.
      wrap(`${SCRIPT}\n${touch}`, parameters(asked, NONCE)),
      wrap(`${touch}\n${SCRIPT}`, parameters(asked, NONCE)),
      wrap(SCRIPT.replace('cat <', 'rm -f '), parameters(asked, NONCE)),
      wrap('', parameters(asked, NONCE)),
      `sh -c 'eval "$(printf %b "$0")"' '' '$(${touch})'`,
      // In the argument.
      withParameters(''),
      withParameters(' '),
      withParameters(NONCE),
      withParameters(`${NONCE}' ; ${touch} '`),
      withParameters(`${NONCE.slice(1)} 1 1 1 1 .`),
      withParameters(`$(${touch.replace(' ', '$IFS')})0123456789 1 1 1 1 .`),
      withParameters(`${'z'.repeat(32)} 1 1 1 1 .`),
      withParameters(`${NONCE} a[$(${touch.replace(' ', '\\0040')})] 1 1 1 .`),
      withParameters(`${NONCE} -1 1 1 1 .`),
      withParameters(`${NONCE} 1 999999999999999999999 1 1 .`),
      withParameters(`${NONCE} 1 1 2 1 .`),
      withParameters(`${NONCE} 1 1 1 2 .`),
      withParameters(`${NONCE} 1 1 1 1`),
      withParameters(`${NONCE} 1 1 1 1 sshd`),
      withParameters(`${NONCE} 1 1 1 1 rsyslogd*`),
      withParameters(`${NONCE} 1 1 1 1 /proc/1`),
      withParameters(`${NONCE} 1 1 1 $(${touch.replace(' ', '$IFS')})`),
      parametersOf('f'),
      parametersOf('f', word(`${etc}/main.conf`)),
      parametersOf('f', word(`${etc}/main.conf`), `$(${touch.replace(' ', '\\0040')})`),
      parametersOf('f', word(`${etc}/main.conf`), h.toUpperCase()),
      parametersOf('f', word(`${etc}/main.conf`), `${h}0`),
      parametersOf('x', word(`${etc}/main.conf`), '.'),
      parametersOf('f', `\`${touch.replace(' ', '\\0040')}\``, '.'),
      // Other paths.
      ...[
        '/etc/shadow',
        `${etc}/secret`,
        `${etc}/main.conf/../secret`,
        `${etc}/d/../secret`,
        `${etc}/d/..`,
        `${etc}/d/.`,
        `${etc}/d/`,
        `${etc}/d`,
        `${etc}/d/sub/a.conf`,
        `${etc}/d//a.conf`,
        `${etc}/d/secret`,
        `${etc}/d/.other.conf/../../secret`,
        `${etc}/d/..hidden.conf`,
        `x${etc}/main.conf`,
        `${etc}/main.conf\n${etc}/secret`,
        `${etc}/main.conf `,
        'main.conf',
        '*',
      ].map(path => parametersOf('f', word(path), '.')),
      // Other spellings of other paths.
      parametersOf('f', `${etc}/d/\\0056\\0056/secret`, '.'),
      parametersOf('f', `${etc}/d\\0057\\0056.\\0057secret`, '.'),
      parametersOf('f', `${etc}/secret\\c/d/a.conf`, '.'),
      parametersOf('f', `${etc}/d/sub\\057a.conf`, '.'),
      // Other globs.
      parametersOf('g', etc, '*'),
      parametersOf('g', `${etc}/d`, '*'),
      parametersOf('g', `${etc}/d`, '*.conf*'),
      parametersOf('g', `${etc}/d`, '../*'),
      parametersOf('g', `${etc}/d/`, '*.conf'),
      parametersOf('g', `${etc}/d/sub`, '*.conf'),
      parametersOf('g', '/', '*'),
      // Too much.
      'x'.repeat(100_000),
      withParameters(`${NONCE} 1 1 1 1 .${' f / .'.repeat(8_000)}`),
    ];
    const wrong = attacks.filter(command => {
      const { status, stdout, stderr } = forced(command, shell);
      return status !== 1 || stdout.length > 0 || !/^sshdrift-probe: refused: [ -~]+\n$/.test(stderr);
    });
    expect(wrong).toEqual([]);
    expect(existsSync(canary)).toBe(false);
  }, 60_000);
});

test('no change of a question makes it tell a secret or run a command', () => {
  const good = probeCommand(asked, NONCE);
  const start = good.lastIndexOf("' '");
  const piece = fc.constantFrom(
    ...[
      "'",
      '"',
      ' ',
      '\\',
      '/',
      '..',
      '*',
      '\\0057',
      '\\0056',
      '\\0012',
      '\\0047',
      '\\c',
      '\\0',
      '~',
      '$(touch canary)',
    ],
    ...[
      '`touch canary`',
      ';touch canary;',
      `f ${etc}/secret .`,
      `g ${etc} *`,
      '\n',
      '-',
      '[',
      '!',
      '{,}',
      '\\0000',
    ],
  );
  const edit = fc.record({
    at: fc.oneof(fc.nat(good.length), fc.integer({ min: start, max: good.length })),
    drop: fc.nat(6),
    insert: fc.array(piece, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), edits => {
      const command = edits.reduce(
        (text, { at, drop, insert }) => text.slice(0, at) + insert.join('') + text.slice(at + drop),
        good,
      );
      const { stdout } = forced(command);
      expect(stdout.includes('TOP SECRET')).toBe(false);
      expect(existsSync(canary)).toBe(false);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('what it refuses, it names', () => {
  const shadow = probeCommand(question({ files: [{ path: pathOf('/etc/shadow'), sha256: null }] }), NONCE);
  expect(forced(shadow).stderr).toBe('sshdrift-probe: refused: /etc/shadow is not watched\n');
  expect(forced(wrap(`${SCRIPT}\n:`, '')).stderr).toContain('a script of another version of sshdrift');
  expect(forced(null)).toEqual(refused);
});

test('nothing of the environment of its caller reaches the tools', () => {
  const tools = join(base, 'tools');
  mkdirSync(tools);
  for (const tool of ['sha256sum', 'stat', 'cat', 'env', 'printf', 'sh'])
    writeFileSync(join(tools, tool), `#!/bin/sh\n: >${canary}\n`, { mode: 0o755 });
  const { stdout } = spawnSync('/bin/sh', [join(base, 'probe'), probeCommand(asked, NONCE)], {
    env: { PATH: tools, ENV: `${tools}/sh`, BASH_ENV: `${tools}/sh`, IFS: '/', CDPATH: '/', x: 'y' },
  });
  expect(parseAnswer(asked, NONCE, stdout).kind).toBe('whole');
  expect(existsSync(canary)).toBe(false);
});

test('the line for authorized_keys, with and without root', () => {
  expect(authorizedKey(restriction())).toBe(
    'restrict,command="/usr/local/libexec/sshdrift-probe" ssh-ed25519 AAAA',
  );
  expect(authorizedKey({ ...restriction(), become: 'sudo' })).toBe(
    'restrict,command="sudo -n /usr/local/libexec/sshdrift-probe \\"$SSH_ORIGINAL_COMMAND\\"" ssh-ed25519 AAAA',
  );
  expect(forcedCommand({ ...restriction(), become: 'sudo' })).toContain(
    '\n# deploy ALL=(root) NOPASSWD: /usr/local/libexec/sshdrift-probe\n',
  );
});
