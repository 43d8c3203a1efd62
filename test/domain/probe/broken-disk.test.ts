// A disk that cannot be read, a mount whose server is gone: what the kernel says then is neither that a file is there nor
// that it is absent.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { programPath } from '../../support/find-program.ts';
import { needs } from '../../support/programs.ts';
import { askWhole, globOf, pathOf, question } from '../../support/run-probe.ts';

const SHELLS = ['dash', 'bash', 'busybox', 'zsh', 'ksh'];
const CALLS = '?stat,?lstat,?access,?open,newfstatat,statx,faccessat,faccessat2,openat';

const { test } = needs('strace', ...SHELLS);

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'sshdrift-disk-'));
  for (const shell of SHELLS) {
    mkdirSync(join(base, shell));
    symlinkSync(programPath(shell), join(base, shell, 'sh'));
  }
});
afterAll(() => rmSync(base, { recursive: true }));

const pathOfSh = (shell: string): string => `${join(base, shell)}:/usr/bin:/bin`;

test.each(
  SHELLS.flatMap(shell => ['EIO', 'ENOTCONN', 'ESTALE', 'ENOENT'].map(error => [shell, error] as const)),
)('%s as sh: what fails with %s', (shell, error) => {
  const dir = join(base, `${shell}-${error}`);
  const file = join(dir, 'no such file.conf');
  mkdirSync(dir);
  writeFileSync(file, 'x');
  const traced = ['strace', '-f', '-qq', '-o', '/dev/null', '-P', dir, '-P', file];
  const run = {
    shell: [...traced, '-e', `inject=${CALLS}:error=${error}`, 'dash'],
    path: pathOfSh(shell),
  };
  const asked = question({
    files: [{ path: pathOf(file), sha256: null }],
    globs: [globOf(dir, '*.conf')],
  });
  const { files, listings } = askWhole(asked, run);
  const [kind] = [...files.values()].map(found => found.kind);
  expect([kind, ...listings.values()]).toEqual(
    error === 'ENOENT' ? ['absent', 'absent'] : ['unreadable', 'unreadable'],
  );
});

test.each(SHELLS)('%s as sh: a name in a directory, and nothing behind it that can be looked at', shell => {
  const dir = join(base, `${shell}-found`);
  const [sound, broken] = [join(dir, 'a.conf'), join(dir, 'b.conf')];
  mkdirSync(dir);
  for (const file of [sound, broken]) writeFileSync(file, 'x');
  const traced = ['strace', '-f', '-qq', '-o', '/dev/null', '-P', broken];
  const run = { shell: [...traced, '-e', `inject=${CALLS}:error=EIO`, 'dash'], path: pathOfSh(shell) };
  const { files } = askWhole(question({ globs: [globOf(dir, '*.conf')] }), run);
  expect([...files].map(([path, { kind }]) => [path, kind])).toEqual([
    [sound, 'file'],
    [broken, 'unreadable'],
  ]);
});

test.each(SHELLS)('%s as sh: a pattern too long for a name finds nothing', shell => {
  const pattern = `${'{,}'.repeat(80)}*`;
  const globs = [globOf(base, pattern)];
  expect(askWhole(question({ globs }), { shell: ['dash'], path: pathOfSh(shell) }).files.size).toBe(0);
});
