// The history of Git copies. One `git log` tells it all, for whatever number of files and servers; contents of committed
// versions come from one `git cat-file`, which is started when the first is asked for.

import type { CommitHistory } from '../domain/commit-history.ts';
import { fromBytes, showPath } from '../domain/remote-path.ts';
import type { GitState } from '../domain/report.ts';
import type { History } from '../engine/ports.ts';
import { createGitBlobs, type GitBlobs } from './git-blobs.ts';
import { type GitPlace, type GitResult, runGit } from './git-command.ts';
import { LOG_OPTIONS, parseLog } from './git-log.ts';
import { findRepository, type GitRepository, treePath } from './git-repository.ts';
import { DISK } from './layer-tree.ts';
import { withRevision } from './revision.ts';

/** Where the Git copies are: around `directory`, where the inventory's paths start. */
export interface HistoryPlace extends GitPlace {
  /** What was compared; null outside Git or without a commit. */
  readonly git: GitState | null;
  /** Where a bare repository is looked for, if the inventory is outside of Git. */
  readonly otherwise: string;
}

/** Gives `use` the history of the copies. Its processes end with it; nothing runs before it is asked. */
export async function withHistory<T>(place: HistoryPlace, use: (history: History) => Promise<T>): Promise<T> {
  const { git, directory, env } = place;
  const around = await findRepository({ directory, env });
  const repository =
    typeof around === 'string' ? await findRepository({ directory: place.otherwise, env }) : around;
  if (typeof repository === 'string') return use(noHistory(around as string));
  if (git === null) return use(noHistory('nothing is committed yet, or `git status` fails here'));
  const answer = (blobs: GitBlobs, locate: Locate): Promise<T> =>
    use({
      read: once(() => readHistory(repository, git.commit)),
      locate: ({ layers, name }) => Promise.all(layers.map(layer => locate(layer, name))),
      contents: (blob, path) => blobs.read(blob, path),
    });
  if (git.ref !== null)
    return withRevision(repository, git.commit, ({ tree, filtered }) =>
      answer(filtered, async (layer, name) => {
        const path = treePath(repository, directory, layer);
        return path === null ? null : realPath(tree.realpath, `/${path}`, name).then(at => at.slice(1));
      }),
    );
  const blobs = createGitBlobs(repository, true);
  try {
    const top = await DISK.realpath(fromBytes(Buffer.from(repository.top)));
    return await answer(blobs, async (layer, name) => {
      const at = await realPath(DISK.realpath, fromBytes(Buffer.from(layer)), name);
      return at.startsWith(`${top}/`) ? at.slice(top.length + 1) : null;
    });
  } finally {
    blobs.close();
  }
}

const noHistory = (reason: string): History => ({
  read: async () => reason,
  locate: async () => [],
  contents: async () => Promise.reject(new Error('a history that could not be read was asked for contents')),
});

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => {
    result ??= work();
    return result;
  };
}

/** Where the copy of a layer stands in the tree, links followed; null if that is outside. */
type Locate = (layer: string, name: string) => Promise<string | null>;

/** A copy that is not there (any more) stands where it would be. */
async function realPath(
  realpath: (path: string) => Promise<string>,
  layer: string,
  name: string,
): Promise<string> {
  const copy = await realpath(`${layer}/${name}`).catch(() => null);
  return copy ?? `${await realpath(layer).catch(() => layer)}/${name}`;
}

const LIMITS = { maxBytes: 64 * 1024 ** 2, timeoutMs: 10_000 };

async function readHistory(repository: GitRepository, base: string): Promise<CommitHistory> {
  // Other branches and tags, too: what is committed there was not made up on a server. Not the stash.
  const refs = [base, '--branches', '--remotes', '--tags', '--'];
  const result = await runGit(repository, [...LOG_OPTIONS, ...refs], LIMITS);
  const commits = parseLog(result.stdout);
  return {
    // The last one may be incomplete.
    commits: result.end === 'ok' ? commits : commits.slice(0, -1),
    base,
    cut: repository.shallow ? SHALLOW : WHY_CUT[result.end](result),
    shallow: repository.shallow,
  };
}

const SHALLOW = 'this clone is shallow; `git fetch --unshallow` brings the rest of the history';

const WHY_CUT: Readonly<Record<GitResult['end'], (result: GitResult) => string | null>> = {
  ok: () => null,
  failed: ({ complaint }) => `git cannot read the whole history: ${showPath(complaint)}`,
  cut: () => 'the history is too long to be read in 10 seconds',
  absent: () => 'there is no `git` program here',
};
