import { escapeText } from '../domain/escape.ts';
import type { GitState } from '../domain/report.ts';
import { UserError } from '../domain/user-error.ts';
import { runGit } from './git-command.ts';
import type { GitRepository } from './git-repository.ts';

/** A revision of `--ref` that Git can take for nothing else: never an option, and one line. Throws a UserError. */
export function checkedRevision(ref: string): string {
  if (ref !== '' && !ref.startsWith('-') && !/[\0\n]/.test(ref)) return ref;
  throw new UserError(
    `--ref "${escapeText(ref)}" is no revision`,
    'Name a branch, a tag or a commit, for example `--ref origin/main`.',
  );
}

/** The commit that a revision names. Throws a UserError if there is none. */
export async function resolveRevision(repository: GitRepository, ref: string): Promise<GitState> {
  const [commit, name] = await Promise.all([
    runGit(repository, ['rev-parse', '--verify', `${ref}^{commit}`]),
    runGit(repository, ['rev-parse', '--symbolic-full-name', ref]),
  ]);
  const id = commit.stdout.toString('latin1').trim();
  if (commit.end !== 'ok' || !/^[0-9a-f]{40,64}$/.test(id)) throw noSuchCommit(repository, ref);
  const branch = /^refs\/heads\/(.+)$/.exec(name.stdout.toString().trim())?.[1] ?? null;
  return { commit: id, branch, dirty: false, ref };
}

const noSuchCommit = ({ shallow }: GitRepository, ref: string): UserError =>
  new UserError(
    `--ref ${escapeText(ref)}: there is no such commit in this repository`,
    shallow
      ? 'This clone is shallow, so older commits are not here: `git fetch --unshallow`. No server was contacted.'
      : 'See `git log --oneline --all`; a branch of the remote is `origin/NAME`, after `git fetch`. No server was contacted.',
  );
