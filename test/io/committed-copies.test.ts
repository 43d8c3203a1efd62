import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test as plain } from 'vitest';
import type { Scope } from '../../src/domain/inventory.ts';
import { remotePath, toBytes } from '../../src/domain/remote-path.ts';
import { UserError } from '../../src/domain/user-error.ts';
import { parseWatch } from '../../src/domain/watch.ts';
import { readCommittedCopies } from '../../src/io/committed-copies.ts';
import { findRepository } from '../../src/io/git-repository.ts';
import { checkedRevision } from '../../src/io/git-revision.ts';
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

const scope = (directory: string, layers: readonly string[]): Scope => ({
  layers: layers.map(layer => (layer.startsWith('/') ? layer : join(directory, layer))),
  root: remotePath('/etc'),
  watch: ['/etc/rsyslog.conf', '/etc/rsyslog.d/*.conf'].map(path => parseWatch(remotePath(path))),
  unmanaged: 'drift',
  ignore: [],
  expect: null,
  maxFileSize: 1024 ** 2,
  service: 'rsyslogd',
});

interface Asked {
  readonly directory?: string;
  readonly layers?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}

async function read(ref: string, { directory = repo.dir, layers = ['files'], env = {} }: Asked = {}) {
  const repository = await findRepository({ directory, env: { ...GIT_ENV, ...env } });
  if (typeof repository === 'string') return expect.fail(repository);
  const read = await readCommittedCopies({ repository, ref, scopes: [scope(directory, layers)], directory });
  const files = [...(read.copies[0] ?? [])].map(
    ([path, copy]) => [path.slice(5), `${copy.source}|${copy.bytes.toString('latin1')}`] as const,
  );
  return { ...read, files: Object.fromEntries(files) };
}

const refusal = (ref: string, asked: Asked = {}): Promise<UserError> =>
  read(ref, asked).then(
    () => expect.fail('was read'),
    error => (error instanceof UserError ? error : expect.fail(String(error))),
  );

test('the copies of a commit, whatever the work tree holds, which is not touched', async () => {
  repo.write({
    'files/rsyslog.conf': 'old\n',
    'files/rsyslog.d/.gitkeep': '',
    'files/rsyslog.d/a.conf': 'a',
  });
  const first = commitAll(repo.dir, 'one', 1);
  git('tag', '-a', '-m', 'tagged', 'v1');
  repo.write({ 'files/rsyslog.conf': 'new\n' });
  commitAll(repo.dir, 'two', 2);
  repo.write({ 'files/rsyslog.conf': 'dirty\n', 'files/rsyslog.d/b.conf': 'untracked\n' });
  const before = git('status', '--porcelain');
  expect(await read('HEAD~1')).toMatchObject({
    git: { commit: first, branch: null, dirty: false, ref: 'HEAD~1' },
    files: { 'rsyslog.conf': 'files/rsyslog.conf|old\n', 'rsyslog.d/a.conf': 'files/rsyslog.d/a.conf|a' },
    warnings: [],
  });
  expect((await read('v1')).git.commit).toBe(first);
  const { git: onBranch, files } = await read('master');
  expect([onBranch.branch, files['rsyslog.conf']]).toEqual(['master', 'files/rsyslog.conf|new\n']);
  expect(git('status', '--porcelain')).toBe(before);
});

test('layers and links within them, and names of any bytes', async () => {
  repo.write({
    'files/rsyslog.conf': 'base',
    'files/rsyslog.d/a.conf': 'shared',
    'over/rsyslog.conf': 'over',
  });
  writeFileSync(toBytes(`${repo.dir}/files/rsyslog.d/\xff\n".conf`), 'odd');
  symlinkSync('../files/rsyslog.d/a.conf', join(repo.dir, 'over/x'));
  symlinkSync('over', join(repo.dir, 'current'));
  git('add', '-A');
  git('mv', 'over/x', 'files/rsyslog.d/link.conf');
  rmSync(join(repo.dir, 'files/rsyslog.d/link.conf'));
  symlinkSync('a.conf', join(repo.dir, 'files/rsyslog.d/link.conf'));
  commitAll(repo.dir, 'one', 1);
  expect((await read('HEAD', { layers: ['files', 'current'] })).files).toEqual({
    'rsyslog.conf': 'current/rsyslog.conf|over',
    'rsyslog.d/\xff\n".conf': 'files/rsyslog.d/\\xff\\x0a".conf|odd',
    'rsyslog.d/a.conf': 'files/rsyslog.d/a.conf|shared',
    'rsyslog.d/link.conf': 'files/rsyslog.d/link.conf|shared',
  });
});

test('refuses links that lead out or nowhere, a layer that is not there, and unwatched files', async () => {
  repo.write({ 'secret.txt': 's', 'files/rsyslog.d/README': 'r' });
  const link = (target: string, name: string) => symlinkSync(target, join(repo.dir, 'files/rsyslog.d', name));
  link('../../secret.txt', 'out.conf');
  link('/etc/hostname', 'absolute.conf');
  link('../../../x', 'above.conf');
  link('nowhere', 'dangling.conf');
  link('loop.conf', 'loop.conf');
  link('..', 'dir.conf');
  commitAll(repo.dir, 'one', 1);
  const { message } = await refusal('HEAD', { layers: ['files', 'nope'] });
  expect(message.split('\n')).toEqual([
    'files/rsyslog.d/README would be the copy of /etc/rsyslog.d/README, which `watch` does not cover: /etc/rsyslog.conf, /etc/rsyslog.d/*.conf',
    'files/rsyslog.d/above.conf is a symbolic link that cannot be followed: it leads out of the repository',
    'files/rsyslog.d/absolute.conf is a symbolic link that cannot be followed: it leads out of the repository',
    'files/rsyslog.d/dangling.conf is a symbolic link that cannot be followed: no such file or directory',
    'files/rsyslog.d/dir.conf is a symbolic link to something that is no regular file',
    'files/rsyslog.d/loop.conf is a symbolic link that cannot be followed: too many symbolic links, or a loop of them',
    'files/rsyslog.d/out.conf is a symbolic link that leads out of `files`, to /secret.txt',
    'nope cannot be read: no such file or directory',
  ]);
  expect((await refusal('HEAD', { layers: ['/elsewhere'] })).message).toContain(
    'outside of the Git repository',
  );
});

test('what a checkout of that commit would hold, with a warning where that is not what is stored', async () => {
  repo.write({
    '.gitattributes': '*.conf text eol=crlf\n',
    'files/rsyslog.d/.gitattributes': 'id.conf ident\nplain.conf -text\n',
    'files/rsyslog.conf': 'a\nb\n',
    'files/rsyslog.d/id.conf': '# $Id$\n',
    'files/rsyslog.d/plain.conf': 'a\nb\n',
  });
  commitAll(repo.dir, 'one', 1);
  repo.write({ '.gitattributes': '*.conf -text\n', 'files/rsyslog.d/.gitattributes': '' });
  commitAll(repo.dir, 'two', 2);
  const { files, warnings } = await read('HEAD~1');
  expect(files['rsyslog.conf']).toBe('files/rsyslog.conf|a\r\nb\r\n');
  expect(files['rsyslog.d/id.conf']).toMatch(/\|# \$Id: [0-9a-f]{40} \$\r\n$/);
  expect(files['rsyslog.d/plain.conf']).toBe('files/rsyslog.d/plain.conf|a\nb\n');
  expect(warnings).toEqual([
    expect.stringMatching(/checked out.*: files\/rsyslog\.conf, files\/rsyslog\.d\/id\.conf$/),
  ]);
  expect((await read('HEAD')).files['rsyslog.conf']).toBe('files/rsyslog.conf|a\nb\n');
  git('config', 'core.autocrlf', 'true');
  git('rm', '-q', '.gitattributes', 'files/rsyslog.d/.gitattributes');
  git('commit', '-qm', 'three');
  expect((await read('HEAD')).files['rsyslog.conf']).toBe('files/rsyslog.conf|a\r\nb\r\n');
});

test('in a bare clone, a linked worktree, a submodule, a subdirectory and a shallow clone', async () => {
  const clones = mkdtempSync(join(tmpdir(), 'sshdrift-clones-'));
  try {
    repo.write({ 'conf/files/rsyslog.conf': 'one' });
    commitAll(repo.dir, 'one', 1);
    repo.write({ 'conf/files/rsyslog.conf': 'two' });
    commitAll(repo.dir, 'two', 2);
    const file = (content: string) => ({ 'rsyslog.conf': `conf/files/rsyslog.conf|${content}` });
    expect((await read('HEAD~1', { directory: join(repo.dir, 'conf') })).files).toEqual(file('one'));

    git('clone', '-q', '--bare', repo.dir, join(clones, 'bare'));
    const bare = { directory: join(clones, 'bare'), layers: ['conf/files'] };
    expect((await read('master~1', bare)).files).toEqual(file('one'));

    git('worktree', 'add', '-q', '--detach', join(clones, 'linked'));
    expect((await read('HEAD~1', { directory: join(clones, 'linked/conf') })).files).toEqual(file('one'));

    git('init', '-q', '-b', 'master', join(clones, 'super'));
    const outer = gitIn(join(clones, 'super'));
    outer('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', repo.dir, 'sub');
    outer('commit', '-qm', 'submodule');
    const inside = { directory: join(clones, 'super/sub'), layers: ['conf/files'] };
    expect((await read('HEAD~1', inside)).files).toEqual(file('one'));
    const across = { directory: join(clones, 'super'), layers: ['sub/conf/files'] };
    expect((await refusal('HEAD', across)).message).toContain(
      'sub/conf/files cannot be read: it is a submodule',
    );

    git('clone', '-q', '--depth', '1', `file://${repo.dir}`, join(clones, 'shallow'));
    const shallow = { directory: join(clones, 'shallow/conf') };
    expect((await read('HEAD', shallow)).files).toEqual(file('two'));
    expect((await refusal('HEAD~1', shallow)).hint).toContain('git fetch --unshallow');
  } finally {
    rmSync(clones, { recursive: true, force: true });
  }
});

test('runs a filter as a checkout would, and says when it cannot; nothing is left behind', async () => {
  repo.write({ '.gitattributes': '*.conf filter=shout\n', 'files/rsyslog.conf': 'quiet' });
  commitAll(repo.dir, 'one', 1);
  git('config', 'filter.shout.smudge', 'tr a-z A-Z');
  git('config', 'filter.shout.required', 'true');
  const own = mkdtempSync(join(tmpdir(), 'sshdrift-tmp-'));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = own;
  try {
    expect((await read('HEAD')).files).toEqual({ 'rsyslog.conf': 'files/rsyslog.conf|QUIET' });
    git('config', 'filter.shout.smudge', 'false');
    expect((await refusal('HEAD')).message).toMatch(/^git cannot read files\/rsyslog\.conf/);
    expect(readdirSync(own)).toEqual([]);
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(own, { recursive: true });
  }
});

plain.each(['', '--output=/tmp/x', '-h', 'a\nb', 'a\0b'])('refuses the revision %j', ref => {
  expect(() => checkedRevision(ref)).toThrow('is no revision');
});

test('names a commit that is not there', async () => {
  repo.write({ 'files/rsyslog.conf': '' });
  commitAll(repo.dir, 'one', 1);
  expect((await refusal('nope\x1b')).message).toBe(
    '--ref nope\\x1b: there is no such commit in this repository',
  );
  expect((await refusal('HEAD:files')).message).toContain('no such commit');
});
