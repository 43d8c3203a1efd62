// The history of a repository as plain data, and what became of single files in it.

/** One changed file of a commit. Paths are relative to the top of the repository, one character per byte. */
export interface FileChange {
  readonly path: string;
  /** The path before, if the commit renamed the file. */
  readonly from: string | null;
  /** Id of the blob after the commit; null if it is no regular file (deleted, a link, a submodule). */
  readonly blob: string | null;
}

export interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly date: Date;
  readonly author: string;
  readonly subject: string;
  readonly changes: readonly FileChange[];
}

/** Commits, none before one of its children. */
export interface CommitHistory {
  readonly commits: readonly Commit[];
  /** The commit that the servers are compared with. */
  readonly base: string;
  /** Why older commits are not here, without final period; null if all are. */
  readonly cut: string | null;
  /** The oldest commits of a shallow clone: they seem to bring every file, and brought none. */
  readonly shallow: boolean;
}

/** One version of a file: the commit, and the blob that it brought. */
export interface FileVersion {
  readonly commit: Commit;
  readonly blob: string;
  /** Where the file was then. */
  readonly path: string;
  /** The commit is the base, or one of its ancestors. */
  readonly inBase: boolean;
}

/** What the history says about one file. */
export interface FileHistory {
  /** Newest first, those of the base's own history before those of other branches. */
  readonly versions: readonly FileVersion[];
  /** Ids of the commits of the base's history that touched the file. */
  readonly touched: readonly string[];
}

/** How many of the touching commits are not in a commit's own history, as `git rev-list --count COMMIT..BASE -- FILE`. */
export function commitsSince(
  id: string,
  touched: readonly string[],
  { commits }: Pick<CommitHistory, 'commits'>,
): number {
  const own = withAncestors(id, commits);
  return touched.filter(commit => !own.has(commit)).length;
}

/** True if a commit is the base, or one of its ancestors. */
export const isAncestor = (id: string, { base, commits }: CommitHistory): boolean =>
  withAncestors(base, commits).has(id);

function withAncestors(id: string, commits: readonly Commit[]): ReadonlySet<string> {
  const found = new Set([id]);
  for (const commit of commits)
    if (found.has(commit.id)) for (const parent of commit.parents) found.add(parent);
  return found;
}
