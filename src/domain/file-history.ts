// Follows files through a history. At each commit a file has the names that its descendants gave it: its own, since a
// server that is behind has that path as it was then, and after a rename the older one, too. Names belong to a line of
// history: a commit hands them to its parents, and two branches may know a file by different names.

import type { CommitHistory, FileHistory, FileVersion } from './commit-history.ts';

/** Names by which wanted files are known at one commit; what it maps to are the wanted paths. */
type Names = ReadonlyMap<string, ReadonlySet<string>>;

/** The history of every wanted path (relative to the top, one character per byte). */
export function fileHistories(
  history: CommitHistory,
  paths: readonly string[],
): ReadonlyMap<string, FileHistory> {
  const start: Names = new Map(paths.map(path => [path, new Set([path])]));
  const found = new Map(
    paths.map(path => [path, { versions: [] as FileVersion[], touched: [] as string[] }]),
  );
  const inherited = new Map<string, Names>();
  const ancestors = new Set([history.base]);
  for (const commit of history.commits) {
    let names = inherited.get(commit.id) ?? start;
    inherited.delete(commit.id);
    const inBase = ancestors.has(commit.id);
    for (const { path, from, blob } of commit.changes) {
      const wanted = names.get(path);
      if (!wanted) continue;
      for (const name of wanted) {
        const file = found.get(name);
        if (inBase) file?.touched.push(commit.id);
        if (blob !== null) file?.versions.push({ commit, blob, path, inBase });
      }
      if (from !== null) names = union(names, new Map([[from, wanted]]));
    }
    for (const parent of commit.parents) {
      if (inBase) ancestors.add(parent);
      const known = inherited.get(parent);
      inherited.set(parent, known ? union(known, names) : names);
    }
  }
  return new Map(
    [...found].map(([path, { versions, touched }]) => [path, { versions: inOrder(versions), touched }]),
  );
}

/** Nearly always both are the same, since renames are rare. */
function union(a: Names, b: Names): Names {
  if (a === b) return a;
  const all = new Map(a);
  for (const [name, wanted] of b) all.set(name, new Set([...(all.get(name) ?? []), ...wanted]));
  return all;
}

const inOrder = (versions: readonly FileVersion[]): readonly FileVersion[] => [
  ...versions.filter(version => version.inBase),
  ...versions.filter(version => !version.inBase),
];
