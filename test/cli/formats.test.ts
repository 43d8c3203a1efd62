// The formats for people and programs elsewhere, from the command line to what they are for.

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { needs } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository } from '../support/repository.ts';
import { CLEAN_ENV } from '../support/run.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const ENV = { ...CLEAN_ENV, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
const GIT = {
  'conf/files/rsyslog.conf': 'main\n',
  'conf/files/rsyslog.d/30-lab.conf': 'lab\n',
  'conf/files/rsyslog.d/31-old.conf': 'moved\n',
  'conf/files/rsyslog.d/32-gone.conf': 'gone\n',
};

needs('sshd', 'ssh-keygen', 'git').describe('a drifted server', () => {
  let server: Sshd;
  let other: Sshd;
  let repo: Repository;
  beforeAll(async () => {
    [server, other] = await Promise.all([
      startSshd({
        user: 'deploy',
        etc: {
          'rsyslog.conf': 'main',
          'rsyslog.d/30-lab.conf': Buffer.from('lab\r\nf\xfcr\n', 'latin1'),
          'rsyslog.d/new name.conf': 'moved\n',
          'rsyslog.d/90-binary.conf': Buffer.from([0, 1, 2, 255]),
        },
      }),
      startSshd({ user: 'deploy', etc: { 'rsyslog.conf': 'main\n' } }),
    ]);
    repo = createRepository({ ...GIT, 'conf/inventory.yaml': inventoryOf({ lab: server, other }) });
    execFileSync('git', ['init', '-q'], { cwd: repo.dir, env: ENV });
  });
  afterAll(async () => {
    repo.remove();
    await Promise.all([server.stop(), other.stop()]);
  });
  const check = (...args: readonly string[]) => sshdrift(['check', ...args], { cwd: join(repo.dir, 'conf') });

  test('check, git apply, check: in sync', async () => {
    const { code, stdout, stderr } = await check('lab', '--no-post', '-o', 'patch=../lab.patch');
    expect([code, stderr]).toEqual([2, '']);
    expect(stdout).toContain('✗ OUT OF SYNC lab');
    const patch = readFileSync(join(repo.dir, 'lab.patch'), 'latin1');
    expect(patch).toContain('\n+f\xfcr\n');
    expect(statSync(join(repo.dir, 'lab.patch')).mode & 0o777).toBe(0o600);
    execFileSync('git', ['apply', '--whitespace=nowarn', 'lab.patch'], { cwd: repo.dir, env: ENV });
    expect((await check('lab')).stdout).toContain('✓ SYNCED lab');
    const again = await check('lab', '--format', 'patch');
    expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/^# lab, .*nothing to apply\n$/)]);
    execFileSync('git', ['apply', '--whitespace=nowarn', '-R', 'lab.patch'], { cwd: repo.dir, env: ENV });
    expect((await check('lab')).stdout).toContain('✗ OUT OF SYNC lab');
  });

  test('two drifted servers: refused by name, and the other reports are written all the same', async () => {
    const { code, stdout, stderr } = await check('--format', 'patch', '-o', 'json=../both.json');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /error: a patch is for one server, and 2 differ from Git: lab, other\n.*hint: .*check lab /,
    );
    expect(JSON.parse(readFileSync(join(repo.dir, 'both.json'), 'utf8')).counts.out_of_sync).toBe(2);
  });

  test('a secret is not told without --show-secrets', async () => {
    writeFileSync(join(repo.dir, 'conf/files/rsyslog.d/32-gone.conf'), 'pwd="canary"\n');
    const { code, stdout, stderr } = await check('lab', '--format', 'patch');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/looks like a password or a key: conf\/files\/rsyslog\.d\/32-gone\.conf/);
    expect(stderr).not.toContain('canary');
    expect((await check('lab', '--format', 'patch', '--show-secrets')).stdout).toContain('-pwd="canary"');
    writeFileSync(join(repo.dir, 'conf/files/rsyslog.d/32-gone.conf'), 'gone\n');
  });

  test.each([
    ['junit', /^<\?xml[\s\S]*<\/testsuites>\n$/],
    ['markdown', /^### 2 servers[\s\S]*```diff[\s\S]*<\/details>\n$/],
    ['html', /^<!doctype html>[\s\S]*<table[\s\S]*<\/html>\n$/],
  ])('%s: one document on stdout, and the same in a file', async (format, document) => {
    const { code, stdout, stderr } = await check('--format', format, '-o', `${format}=../report`);
    expect([code, stdout]).toEqual([2, expect.stringMatching(document)]);
    expect(stderr).toMatch(/^(sshdrift: [12]\/2 (lab|other): OUT_OF_SYNC, [36] drifted files, \d+ ms\n){2}$/);
    expect(readFileSync(join(repo.dir, 'report'), 'utf8')).toBe(stdout);
    const inCI = await sshdrift(['check', '--format', format], {
      cwd: join(repo.dir, 'conf'),
      env: { CI: 'true' },
    });
    expect(inCI.stdout).not.toMatch(/@@ |<table/);
  });
});

describe('a mistake', () => {
  test.each([
    ['junit', /^<\?xml[\s\S]*<error type="usage" message="no server matches &quot;nobody&quot;">/],
    ['markdown', /^$/],
    ['html', /^$/],
    ['patch', /^$/],
  ])('%s: told on stderr, and by a document where programs wait for one', async (format, document) => {
    const repo = createRepository({
      ...GIT,
      'inventory.yaml': 'files: conf/files\nservers: {lab: {host: 192.0.2.1}}\n',
    });
    const { code, stdout, stderr } = await sshdrift(['check', 'nobody', '--format', format], {
      cwd: repo.dir,
    });
    expect([code, stdout]).toEqual([1, expect.stringMatching(document)]);
    expect(stderr).toContain('no server matches "nobody"');
    repo.remove();
  });
});
