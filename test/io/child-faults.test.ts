// Programs that do not do what they should, and a system that starts none.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/user-error.ts';
import { createGitBlobs } from '../../src/io/git-blobs.ts';
import { runGit } from '../../src/io/git-command.ts';
import { findRepository } from '../../src/io/git-repository.ts';
import { createAskSshConfig } from '../../src/io/ssh-config.ts';
import { MAIN } from '../support/cli.ts';
import { needs } from '../support/programs.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sshdrift-child-'));
  mkdirSync(join(dir, 'bin'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A program of this name, first on the PATH of what it returns. */
function program(name: string, script: string, mode = 0o755) {
  const file = join(dir, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, mode);
  return { directory: dir, env: { PATH: `${join(dir, 'bin')}:/usr/bin:/bin` } };
}

const FEW = { maxBytes: 1000, timeoutMs: 10_000 };
const SLEEPER = 'sleep 300 & echo $! > sleeper;';
const endSleeper = (): void => void execFileSync('sh', ['-c', 'kill "$(cat sleeper)"'], { cwd: dir });

describe('git', () => {
  test('is missing', async () => {
    const place = { directory: dir, env: { PATH: join(dir, 'bin') } };
    expect(await runGit(place, ['status'])).toMatchObject({ end: 'absent', complaint: '' });
    expect(await findRepository(place)).toBe('there is no `git` program here');
  });

  test('cannot be started where it should run', async () => {
    const place = program('git', 'exit 0');
    writeFileSync(join(dir, 'file'), '');
    const { end, complaint } = await runGit({ ...place, directory: join(dir, 'file') }, ['status']);
    expect([end, complaint]).toEqual(['absent', 'not a directory, or a part of its path is none']);
  });

  test.each([
    ['kills itself', 'kill -9 $$', 'failed'],
    ['says nothing', 'exit 0', 'ok'],
    ['fails without a word', 'exit 3', 'failed'],
  ])('%s', async (_what, script, end) => {
    const place = program('git', script);
    expect((await runGit(place, ['status'])).end).toBe(end);
    expect(typeof (await findRepository(place))).toBe('string');
  });

  test('prints garbage, which is shown escaped', async () => {
    const place = program('git', "printf '\\033[2J\\n' >&2; exit 128");
    expect(await findRepository(place)).toBe('git says: \\x1b[2J');
  });

  test('writes without end, and leaves a child that holds its output', async () => {
    const place = program('git', `${SLEEPER} exec cat /dev/zero`);
    const { end, stdout } = await runGit(place, ['log'], FEW);
    endSleeper();
    expect([end, stdout.length < 1_000_000]).toEqual(['cut', true]);
  });

  test('hangs, and leaves a child that holds its output', async () => {
    const place = program('git', `${SLEEPER} wait`);
    const { end } = await runGit(place, ['log'], { maxBytes: 10, timeoutMs: 200 });
    endSleeper();
    expect(end).toBe('cut');
  });

  test.each([
    ['ends', 'exit 1'],
    ['says something else', 'read id; echo nonsense'],
    ['is killed', 'read id; kill -9 $$'],
  ])('%s while contents are read', async (_what, script) => {
    const blobs = createGitBlobs(program('git', script), true);
    const refused = await blobs.read('a'.repeat(40), 'files/x').catch(error => error);
    blobs.close();
    expect(refused).toBeInstanceOf(UserError);
    expect(refused.message).toContain('git cannot read files/x');
  });

  test('floods while contents are read, and leaves a filter that holds its output', async () => {
    const blobs = createGitBlobs(program('git', `${SLEEPER} exec cat /dev/zero`), true);
    const refused = await blobs.read('a'.repeat(40), 'files/x').catch(error => error);
    endSleeper();
    expect(refused).toBeInstanceOf(UserError);
  });
});

describe('ssh -G', () => {
  const ask = (env: Readonly<Record<string, string>>) =>
    createAskSshConfig({ file: null, cwd: dir, env })({ host: 'web', user: null, port: null }).catch(
      error => error,
    );

  test('is missing', async () => {
    expect(await ask({ PATH: join(dir, 'bin') })).toBeNull();
  });

  test.each([
    ['is not executable', 'exit 0', 0o644, 'EACCES'],
    ['fails with controls in its words', "printf '\\033[2Jbad\\n' >&2; exit 255", 0o755, '\\x1b[2Jbad'],
    ['is killed', 'kill -9 $$', 0o755, 'ssh cannot say how to reach web'],
    ['floods', 'exec cat /dev/zero', 0o755, 'ssh cannot say how to reach web'],
  ])('%s', async (_what, script, mode, words) => {
    const refused = await ask({
      PATH: program('ssh', script, mode).env.PATH.split(':')[0] + (mode === 0o644 ? '' : ':/usr/bin:/bin'),
    });
    expect(refused).toBeInstanceOf(UserError);
    expect(refused.message).toContain(words);
  });
});

const limits = needs('prlimit');
limits.test('with ever fewer files to open a check says so, and never falls over', () => {
  execFileSync('git', ['init', '-q', dir]);
  mkdirSync(join(dir, 'files'));
  writeFileSync(join(dir, 'files/x.conf'), 'x\n');
  writeFileSync(
    join(dir, 'inventory.yaml'),
    'watch: [/etc/x.conf]\nservers:\n  a: {host: 127.0.0.1, ssh: {port: 1}}\n',
  );
  const outputs = [20, 21, 22, 23, 24, 25, 26, 28].map(files => {
    // Not by exec: the program's own files are open before the limit counts.
    const script = `prlimit --nofile=${files}:${files} "$0" "$1" check --no-progress --ssh-config none 2>&1; echo "code $?"`;
    return execFileSync('sh', ['-c', script, process.execPath, MAIN], {
      cwd: dir,
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
  });
  for (const output of outputs) {
    expect(output).not.toMatch(/^\s+at |node:internal/m);
    expect(output).toContain('code 1');
  }
  expect(outputs.join('')).toContain('? UNKNOWN a');
});
