// Origins over real repositories: the engine's part and the adapter's together, with made-up servers.

import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import type { FileVerdict } from '../../src/domain/file-verdict.ts';
import type { Origin } from '../../src/domain/origin.ts';
import { createFindOrigins } from '../../src/engine/find-origins.ts';
import { withHistory } from '../../src/io/git-history.ts';
import { readGitState } from '../../src/io/git-state.ts';
import * as build from '../support/builders.ts';
import { commitAll, GIT_ENV, type Git, gitIn } from '../support/git.ts';
import { needs } from '../support/programs.ts';
import { createRepository, type Repository } from '../support/repository.ts';

const { test } = needs('git');
let repo: Repository;
let git: Git;
beforeEach(() => {
  repo = createRepository({});
  git = gitIn(repo.dir);
  git('init', '-q', '-b', 'master');
});
afterEach(() => repo.remove());

const FILE = '/etc/rsyslog.conf';
const COPY = 'files/rsyslog.conf';

/** The origins of files on one server. */
async function origins(
  files: readonly FileVerdict[],
  {
    layers = ['files'],
    env = GIT_ENV,
  }: { layers?: readonly string[]; env?: Record<string, string | undefined> } = {},
): Promise<readonly (Origin | null)[]> {
  const place = {
    directory: repo.dir,
    env,
    git: await readGitState({ directory: repo.dir, env }, []),
    otherwise: '/',
  };
  const report = await withHistory(place, history =>
    createFindOrigins(history, () => new Date())(
      build.server('s', files),
      layers.map(layer => join(repo.dir, layer)),
    ),
  );
  return report.files.map(file => file.origin);
}

const originOf = async (
  server: string | Buffer,
  layers?: readonly string[],
): Promise<Origin | null | undefined> =>
  (await origins([build.modified(FILE, ['the copy', server])], layers ? { layers } : {}))[0];

/** `behind 2 abcdef` or `edited on abcdef, 1 behind`, by subject. */
function brief(origin: Origin | null | undefined): string {
  if (!origin) return 'nothing';
  if (origin.kind === 'unknown') return `unknown: ${origin.reason}`;
  if (origin.kind === 'behind') return `${origin.version.subject}, ${origin.version.commitsBehind} behind`;
  return `edited, ${origin.nearest?.subject}, ${origin.nearest?.commitsBehind} behind`;
}

const commit = (subject: string, files: Readonly<Record<string, string>>, day = 1): string => {
  repo.write(files);
  return commitAll(repo.dir, subject, day);
};

test('the newest commit that brought the bytes, also after a revert', async () => {
  commit('a', { [COPY]: 'a\n' });
  commit('b', { [COPY]: 'b\n' });
  commit('a again', { [COPY]: 'a\n' });
  commit('elsewhere', { 'README.md': 'x' });
  commit('c', { [COPY]: 'c\n' });
  expect(brief(await originOf('a\n'))).toBe('a again, 1 behind');
  expect(brief(await originOf('b\n'))).toBe('b, 2 behind');
  expect(brief(await originOf('c\n'))).toBe('c, 0 behind');
});

test('merges: either side, and what the merge itself brought', async () => {
  const lines = (first: string, last: string) => `${first}\n2\n3\n4\n5\n6\n7\n${last}\n`;
  commit('base', { [COPY]: lines('1', '8') });
  git('checkout', '-qb', 'side');
  commit('side', { [COPY]: lines('side', '8') }, 2);
  git('checkout', '-q', 'master');
  commit('main', { [COPY]: lines('1', 'main') }, 3);
  git('merge', '-q', '--no-ff', '-m', 'merge', 'side');
  commit('tip', { [COPY]: 'tip\n' }, 5);
  expect(readFileSync(join(repo.dir, COPY), 'utf8')).toBe('tip\n');
  expect(brief(await originOf(lines('side', 'main')))).toBe('merge, 1 behind');
  expect(brief(await originOf(lines('side', '8')))).toBe('side, 3 behind');
  expect(brief(await originOf(lines('1', 'main')))).toBe('main, 3 behind');
  expect(brief(await originOf(lines('1', '8')))).toBe('base, 4 behind');
});

test('a version on a branch that is not merged was committed, and is behind nothing', async () => {
  commit('one', { [COPY]: 'one\n' });
  git('checkout', '-qb', 'adopt');
  commit('adopt what is on the server', { [COPY]: 'adopted\n' });
  git('checkout', '-q', 'master');
  expect(brief(await originOf('adopted\n'))).toBe('adopt what is on the server, null behind');
  git('branch', '-qD', 'adopt');
  expect(brief(await originOf('adopted\n'))).toBe('edited, one, 0 behind');
});

test('renames, chains of them, and files that changed names with each other', async () => {
  const body = (word: string) => `${'common line\n'.repeat(5)}${word}\n`;
  commit('one', { 'files/a.conf': body('one'), 'files/b.conf': 'other\n' });
  git('mv', 'files/a.conf', 'files/c.conf');
  commit('two', { 'files/c.conf': body('two') });
  git('mv', 'files/c.conf', COPY);
  git('mv', 'files/b.conf', 'files/a.conf');
  commit('three', { [COPY]: body('three') });
  expect(brief(await originOf(body('two')))).toBe('two, 1 behind');
  expect(brief(await originOf(body('one')))).toBe('one, 2 behind');
  const [a] = await origins([build.modified('/etc/a.conf', ['other\n', body('one')])]);
  expect(brief(a)).toBe('one, 1 behind'); // what had this path then
});

test('layers: lower ones count, and each layer counts its own commits', async () => {
  commit('base', { [COPY]: 'base\n' });
  commit('base 2', { [COPY]: 'base 2\n' });
  commit('over', { 'over/rsyslog.conf': 'over\n' });
  commit('base 3', { [COPY]: 'base 3\n' });
  commit('over 2', { 'over/rsyslog.conf': 'over 2\n' });
  const layers = ['files', 'over'];
  expect(brief(await originOf('over\n', layers))).toBe('over, 1 behind');
  expect(brief(await originOf('base\n', layers))).toBe('base, 4 behind');
  expect(brief(await originOf('over\n', ['files']))).toBe('edited, base 3, 0 behind');
});

test('a directory renamed while its file was rewritten', async () => {
  commit('one', { 'old/rsyslog.conf': 'one\n' });
  git('rm', '-q', 'old/rsyslog.conf');
  commit('two', { [COPY]: 'all new\n' });
  expect(brief(await originOf('one\n'))).toBe('one, 1 behind');
});

test('the nearest version by lines; of equals the newest', async () => {
  const text = (...lines: string[]) => `${lines.join('\n')}\n`;
  commit('one', { [COPY]: text('a', 'b', 'c', 'd', 'e') });
  commit('two', { [COPY]: text('a', 'b', 'x', 'y', 'z') });
  commit('three', { [COPY]: text('p', 'q', 'x', 'y', 'z') });
  expect(brief(await originOf(text('a', 'b', 'c', 'd', 'hand')))).toBe('edited, one, 2 behind');
  expect(brief(await originOf(text('b', 'q', 'x', 'y')))).toBe('edited, three, 0 behind');
  expect(brief(await originOf('nothing alike\n'))).toBe('edited, three, 0 behind');
  const origin = await originOf(text('a', 'b', 'c', 'd', 'hand'));
  expect(origin?.kind === 'edited' && origin.nearest?.bytes.toString()).toBe(text('a', 'b', 'c', 'd', 'e'));
});

test('what a checkout writes counts: CRLF, ident, a filter; and only that', async () => {
  repo.write({ '.gitattributes': 'files/* text eol=crlf\n' });
  commit('one', { [COPY]: 'one\r\n$Id$\r\n' });
  commit('two', { [COPY]: 'two\r\n' });
  expect(brief(await originOf('one\r\n$Id$\r\n'))).toBe('one, 1 behind');
  git('config', 'filter.shout.smudge', 'tr a-z A-Z');
  writeFileSync(join(repo.dir, '.gitattributes'), 'files/* text eol=crlf filter=shout\n');
  expect(brief(await originOf('ONE\r\n$ID$\r\n'))).toBe('one, 1 behind');
  writeFileSync(join(repo.dir, '.gitattributes'), '');
  expect(brief(await originOf('one\r\n$Id$\r\n'))).toBe('edited, one, 1 behind');
});

test('a filter that does not work leaves the origin open', async () => {
  commit('one', { [COPY]: 'one\n' });
  git('config', 'filter.broken.smudge', 'false');
  git('config', 'filter.broken.clean', 'cat');
  git('config', 'filter.broken.required', 'true');
  writeFileSync(join(repo.dir, '.gitattributes'), '* filter=broken\n');
  expect(brief(await originOf('two\n'))).toMatch(/^unknown: git cannot read files\/rsyslog.conf/);
  expect(brief(await originOf('one\n'))).toBe('one, 0 behind');
});

test('copies that are links, that are not committed, or that are too large on the server', async () => {
  repo.write({ 'common/real.conf': 'one\n' });
  mkdirSync(join(repo.dir, 'files'));
  symlinkSync('../common/real.conf', join(repo.dir, COPY));
  commitAll(repo.dir, 'one', 1);
  commit('two', { 'common/real.conf': 'two\n' });
  expect(brief(await originOf('one\n'))).toBe('one, 1 behind');
  repo.write({ 'files/new.conf': 'x' });
  const large = build.serverFile('large', { bytes: null });
  expect(
    (
      await origins([
        build.modified('/etc/new.conf', ['x', 'y']),
        build.modified(FILE, ['two\n', ''], { server: large }),
      ])
    ).map(brief),
  ).toEqual([
    'unknown: Git knows no version of this file; is it committed?',
    'unknown: the file is too large to be transferred (max_file_size)',
  ]);
});

test('unmanaged files: what Git once had, and nothing about others', async () => {
  commit('one', { [COPY]: 'x', 'files/old.conf': 'old\n' });
  git('rm', '-q', 'files/old.conf');
  commitAll(repo.dir, 'two', 2);
  const files = ['old\n', 'old, but edited\n'].map(text => build.unmanaged('/etc/old.conf', text));
  expect((await origins([...files, build.unmanaged('/etc/new.conf', 'old\n')])).map(brief)).toEqual([
    'one, 1 behind',
    'edited, one, 1 behind',
    'nothing',
  ]);
});

test('one git for the history of all files and servers, and one for contents only where they are asked for', async () => {
  commit('one', { [COPY]: 'one\n', 'files/b.conf': 'b\n' });
  commit('two', { [COPY]: 'two\n', 'files/b.conf': 'b2\n' });
  const shim = join(repo.dir, '.git/shim');
  mkdirSync(shim);
  const real = (GIT_ENV.PATH ?? '').split(':').map(dir => join(dir, 'git'));
  writeFileSync(
    join(shim, 'git'),
    `#!/bin/sh\necho "$*" >>'${shim}/log'\nfor git in ${real.join(' ')}; do [ -x "$git" ] && exec "$git" "$@"; done\n`,
  );
  chmodSync(join(shim, 'git'), 0o755);
  const env = { ...GIT_ENV, PATH: `${shim}:${GIT_ENV.PATH}` };
  const behind = [build.modified(FILE, ['two\n', 'one\n']), build.modified('/etc/b.conf', ['b2\n', 'b\n'])];
  const runs = (word: string): number =>
    readFileSync(join(shim, 'log'), 'utf8')
      .split('\n')
      .filter(line => line.includes(word)).length;
  await origins(behind, { env });
  expect([runs(' log '), runs(' cat-file ')]).toEqual([1, 0]);
  await origins([...behind, build.modified(FILE, ['two\n', 'x\n']), build.modified(FILE, ['two\n', 'y\n'])], {
    env,
  });
  expect([runs(' log '), runs(' cat-file ')]).toEqual([2, 1]);
});

test('runs nothing that the configuration of the repository names, and no connection is made', async () => {
  commit('one', { [COPY]: 'one\n' });
  commit('two', { [COPY]: 'two\n' });
  const touch = `touch ${join(repo.dir, 'ran')}; false`;
  for (const key of ['core.fsmonitor', 'core.pager', 'diff.external', 'gpg.program', 'core.sshCommand'])
    git('config', key, touch);
  git('config', 'log.showSignature', 'true');
  git('config', 'diff.orderFile', '/nonexistent');
  expect(brief(await originOf('one\n'))).toBe('one, 1 behind');
  expect(brief(await originOf('three\n'))).toBe('edited, two, 0 behind');
  expect(() => readFileSync(join(repo.dir, 'ran'))).toThrow('ENOENT');
});

test('subjects and names of any bytes and length, and dates of any year', async () => {
  repo.write({ [COPY]: 'one\n' });
  git('add', '-A');
  const tree = git('write-tree');
  const raw = Buffer.from(
    `tree ${tree}\nauthor \xff\x1b <a@b> 99999999999999 +0000\ncommitter B <b@c> 99999999999999 +0000\n\n${'\xe9'.repeat(9000)}\nbody\n`,
    'latin1',
  );
  writeFileSync(join(repo.dir, '.git/raw'), raw);
  git('update-ref', 'HEAD', git('hash-object', '-t', 'commit', '--literally', '-w', '.git/raw'));
  const origin = await originOf('one\n');
  if (origin?.kind !== 'behind') return expect.fail(brief(origin));
  expect(origin.version.subject.length).toBeLessThan(1000);
  expect(Number.isNaN(origin.version.date.getTime())).toBe(false);
  expect(() => origin.version.date.toISOString()).not.toThrow();
});
