import { dirname, join, relative } from 'node:path';
import { fromBytes, showPath } from '../domain/remote-path.ts';
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
  /** The top of the work tree; `directory` itself if there is none. */
  readonly top: string;
}

/** Finds the repository of a directory; a sentence without final period says why there is none that can be used. */
export async function findRepository(place: GitPlace): Promise<GitRepository | string> {
  const asked = await runGit(place, QUESTIONS);
  if (!asked.complaint.startsWith('cannot use bare repository')) return answer(place, asked);
  const found = await answer(place, await runGit(place, ['-c', 'safe.bareRepository=all', ...QUESTIONS]));
  return typeof found === 'string' || found.bare ? found : 'this looks like a bare repository and is none';
}

const QUESTIONS = [
  'rev-parse',
  '--absolute-git-dir',
  '--is-bare-repository',
  '--is-inside-work-tree',
  '--is-shallow-repository',
  '--show-prefix',
  '--show-cdup',
];

async function answer(place: GitPlace, result: GitResult): Promise<GitRepository | string> {
  if (result.end !== 'ok') return whyNot(result);
  const [directory = '', bare, inside, shallow, prefix = '', up = ''] = result.stdout
    .toString('latin1')
    .split('\n');
  if (bare !== 'true' && inside !== 'true') return 'this is a .git directory and not the work tree';
  const gitDir = Buffer.from(directory, 'latin1').toString();
  // What looks like a bare repository within another repository may be files that somebody committed there.
  if (bare === 'true' && typeof (await findRepository({ ...place, directory: dirname(gitDir) })) !== 'string')
    return 'this is a bare repository among the files of another one';
  return {
    directory: place.directory,
    // A bare repository is only used if it is named.
    env: bare === 'true' ? { ...place.env, GIT_DIR: gitDir } : place.env,
    gitDir,
    bare: bare === 'true',
    shallow: shallow === 'true',
    prefix,
    top: join(place.directory, up),
  };
}

function whyNot({ end, complaint }: GitResult): string {
  if (end === 'absent')
    return complaint === ''
      ? 'there is no `git` program here'
      : `\`git\` cannot be started: ${showPath(complaint)}`;
  if (end === 'cut') return '`git` did not answer in time';
  if (complaint.startsWith('not a git repository')) return 'this is not in a Git repository';
  return `git says: ${showPath(complaint)}`;
}

/**
 * Where a local path stands in the repository's tree (one character per byte, no leading slash), or null if it is outside.
 * `directory` is the local one that stands at the repository's prefix.
 */
export function treePath({ prefix }: GitRepository, directory: string, local: string): string | null {
  const parts: string[] = [];
  for (const part of `${prefix}${fromBytes(Buffer.from(relative(directory, local)))}`.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
