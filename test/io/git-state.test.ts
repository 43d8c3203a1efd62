import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findRepository } from '../../src/io/git-repository.ts';
import { parseStatus, readGitState } from '../../src/io/git-state.ts';
import { needs } from '../support/programs.ts';
import { createRepository, type Repository } from '../support/repository.ts';

const OID = 'a'.repeat(40);

describe('the output of git status', () => {
  test.each([
    [
      'a clean branch',
      `# branch.oid ${OID}\n# branch.head master\n# branch.ab +0 -0\n`,
      { commit: OID, branch: 'master', dirty: false, ref: null },
    ],
    [
      'a change',
      `# branch.oid ${OID}\n# branch.head master\n1 .M N... 100644 100644 100644 a b files/x\n`,
      { commit: OID, branch: 'master', dirty: true, ref: null },
    ],
    [
      'an untracked file',
      `# branch.oid ${OID}\n# branch.head master\n? files/x\n`,
      { commit: OID, branch: 'master', dirty: true, ref: null },
    ],
    [
      'a detached HEAD',
      `# branch.oid ${OID}\n# branch.head (detached)\n`,
      { commit: OID, branch: null, dirty: false, ref: null },
    ],
    ['no commit yet', '# branch.oid (initial)\n# branch.head master\n', null],
    ['nothing', '', null],
  ])('%s', (_, output, state) => {
    expect(parseStatus(output)).toEqual(state);
  });
});

const real = needs('git');
real.describe('a real repository', () => {
  let repo: Repository;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.net', ...args], {
      cwd: repo.dir,
      encoding: 'utf8',
    });
  const state = (env: Readonly<Record<string, string | undefined>> = { PATH: process.env.PATH }) =>
    readGitState({ directory: repo.dir, env }, [join(repo.dir, 'files')]);
  beforeEach(() => {
    repo = createRepository({ 'files/a.conf': 'a\n', 'elsewhere.txt': 'x' });
    git('init', '-q', '-b', 'master');
    git('add', '.');
    git('commit', '-qm', 'first');
  });
  afterEach(() => repo.remove());

  test('tells commit, branch and whether the Git copies differ from the commit', async () => {
    const commit = git('rev-parse', 'HEAD').trim();
    repo.write({ 'elsewhere.txt': 'changed, but no Git copy' });
    expect(await state()).toEqual({ commit, branch: 'master', dirty: false, ref: null });
    repo.write({ 'files/a.conf': 'b\n' });
    expect(await state()).toEqual({ commit, branch: 'master', dirty: true, ref: null });
  });

  test('runs no program that the repository names, and does not write the index', async () => {
    git('config', 'core.fsmonitor', 'touch ran; false');
    const index = execFileSync('stat', ['-c', '%Y %Z', join(repo.dir, '.git/index')], { encoding: 'utf8' });
    expect(await state()).not.toBeNull();
    expect(execFileSync('ls', [repo.dir], { encoding: 'utf8' })).not.toContain('ran');
    expect(execFileSync('stat', ['-c', '%Y %Z', join(repo.dir, '.git/index')], { encoding: 'utf8' })).toBe(
      index,
    );
  });

  test('is null outside Git, and without a git program', async () => {
    expect(await state({ PATH: '/nonexistent' })).toBeNull();
    expect(await readGitState({ directory: '/', env: { PATH: process.env.PATH } }, ['/'])).toBeNull();
  });

  test('a bare repository that hides among the files is no repository, whatever programs it names', async () => {
    const trap = join(repo.dir, 'trap');
    repo.write({ 'trap/files/a.conf': 'a\n', 'trap/.gitattributes': '* filter=own\n' });
    git('init', '-q', '--bare', 'hidden');
    for (const part of ['HEAD', 'config', 'objects', 'refs'])
      renameSync(join(repo.dir, 'hidden', part), join(trap, part));
    const marker = join(repo.dir, 'marker');
    const own = ['--git-dir=trap', '--work-tree=trap'];
    git(...own, 'add', 'files');
    git(...own, 'commit', '-qm', 'x');
    git(...own, 'config', 'core.bare', 'false');
    git(...own, 'config', 'core.worktree', '.');
    git(...own, 'config', 'filter.own.clean', `touch ${marker}; cat`);
    utimesSync(join(trap, 'files/a.conf'), 0, 0);
    const place = { directory: trap, env: { PATH: process.env.PATH } };
    await readGitState(place, [join(trap, 'files')]);
    expect(await findRepository(place)).toBe('this looks like a bare repository and is none');
    git(...own, 'config', '--unset', 'core.worktree');
    git('--git-dir=trap', 'config', 'core.bare', 'true');
    expect(await findRepository(place)).toBe('this is a bare repository among the files of another one');
    expect(existsSync(marker)).toBe(false);
  });

  test('an untracked Git copy is dirty, whatever status.showUntrackedFiles says', async () => {
    git('config', 'status.showUntrackedFiles', 'no');
    repo.write({ 'files/new.conf': 'n' });
    expect(await state()).toMatchObject({ dirty: true });
  });

  test('paths are no patterns', async () => {
    repo.write({ 'filesX/a.conf': 'changed' });
    const paths = [join(repo.dir, 'file*')];
    expect(await readGitState({ directory: repo.dir, env: { PATH: process.env.PATH } }, paths)).toMatchObject(
      {
        dirty: false,
      },
    );
  });
});
