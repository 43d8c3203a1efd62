import { fromBytes } from '../domain/remote-path.ts';
import { type GitPlace, runGit } from './git-command.ts';

/** The top of the work tree that a place belongs to, one character per byte; null outside Git and without a `git`. */
export async function gitTopLevel(place: GitPlace): Promise<string | null> {
  const { stdout, end } = await runGit(place, ['rev-parse', '--show-toplevel']);
  return end === 'ok' ? fromBytes(stdout).replace(/\n$/, '') || null : null;
}
