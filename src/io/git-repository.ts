import { showPath } from '../domain/remote-path.ts';
import { type GitPlace, type GitResult, runGit } from './git-command.ts';

/** The repository around a directory: a clone, a linked worktree, a submodule, or a bare one. */
export interface GitRepository extends GitPlace {
  /** Absolute. */
  readonly gitDir: string;
  readonly bare: boolean;
  /** Older commits are not here. */
  readonly shallow: boolean;
  /** Where `directory` stands in the tree, one character per byte: empty, or ending with a slash. */
  readonly prefix: string;
}

/** Finds the repository of a directory; a sentence without final period says why there is none that can be used. */
export async function findRepository(place: GitPlace): Promise<GitRepository | string> {
  const questions = [
    '--absolute-git-dir',
    '--is-bare-repository',
    '--is-inside-work-tree',
    '--is-shallow-repository',
    '--show-prefix',
  ];
  const result = await runGit(place, ['rev-parse', ...questions]);
  if (result.end !== 'ok') return whyNot(result);
  const [gitDir = '', bare, inside, shallow, prefix = ''] = result.stdout.toString('latin1').split('\n');
  if (bare !== 'true' && inside !== 'true') return 'this is a .git directory and not the work tree';
  return {
    ...place,
    gitDir: Buffer.from(gitDir, 'latin1').toString(),
    bare: bare === 'true',
    shallow: shallow === 'true',
    prefix,
  };
}

function whyNot({ end, complaint }: GitResult): string {
  if (end === 'absent') return 'there is no `git` program here';
  if (end === 'cut') return '`git` did not answer in time';
  if (complaint.startsWith('not a git repository')) return 'this is not in a Git repository';
  return `git says: ${showPath(complaint)}`;
}

/**
 * The path of a local file in the repository's tree (one character per byte, no leading slash), or null if it is outside.
 * `relative` is its path from the directory of the repository.
 */
export function treePath(prefix: string, relative: string): string | null {
  const parts: string[] = [];
  for (const part of `${prefix}${relative}`.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
