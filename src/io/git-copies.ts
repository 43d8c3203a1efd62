// What Git says a server should have: the files of all layers, later ones winning.

import { firstLines } from '../domain/first-lines.ts';
import { type GitCopies, type GitCopy, sha256 } from '../domain/git-copies.ts';
import type { Scope } from '../domain/inventory.ts';
import { byPath, fromBytes, type RemotePath, showPath } from '../domain/remote-path.ts';
import { UserError } from '../domain/user-error.ts';
import { watchText } from '../domain/watch.ts';
import { type LayerTrouble, readLayer } from './layer-files.ts';
import { DISK, type LayerTree } from './layer-tree.ts';
import { shownPath } from './shown-path.ts';

/**
 * Reads the Git copies of a scope, sorted by path. Throws a UserError that names every layer and file that cannot be
 * used. `cwd` is where the paths in messages are relative to.
 */
export async function readGitCopies(scope: Scope, cwd: string, tree: LayerTree = DISK): Promise<GitCopies> {
  // Null for a layer that is not there, which readLayer reports.
  const real = scope.layers.map(layer => tree.realpath(fromBytes(Buffer.from(layer))).catch(() => null));
  const inside = (await Promise.all(real)).filter(layer => layer !== null);
  const copies = new Map<RemotePath, GitCopy>();
  const troubles: LayerTrouble[] = [];
  // One after the other: a later layer wins.
  for (const layer of scope.layers) {
    const read = await readLayer(layer, scope, { tree, inside });
    troubles.push(...read.troubles);
    for (const { path, local, bytes } of read.files)
      copies.set(path, { source: showLocal(cwd, local), bytes, sha256: sha256(bytes) });
  }
  if (troubles.length > 0) throw layersError(troubles, scope, cwd);
  return new Map([...copies].sort(([a], [b]) => byPath(a, b)));
}

/** {@link readGitCopies} for one run: what several servers share is read once. */
export function createGitCopies(cwd: string, tree: LayerTree = DISK): (scope: Scope) => Promise<GitCopies> {
  const known = new Map<string, Promise<GitCopies>>();
  return scope => {
    const key = JSON.stringify([scope.layers, scope.root, scope.watch.map(watchText)]);
    const copies = known.get(key) ?? readGitCopies(scope, cwd, tree);
    known.set(key, copies);
    return copies;
  };
}

/** A local path (one character per byte) as messages show it. */
const showLocal = (cwd: string, local: string): string =>
  showPath(shownPath(fromBytes(Buffer.from(cwd)), local));

function layersError(troubles: readonly LayerTrouble[], scope: Scope, cwd: string): UserError {
  const position = scope.filesPosition === undefined ? '' : `${scope.filesPosition}: files: `;
  const lines = [...troubles]
    .sort((a, b) => byPath(a.local, b.local))
    .map(({ local, message }) => `${position}${showLocal(cwd, local)} ${message}`);
  return new UserError(firstLines([...new Set(lines)]), hintFor(troubles, scope));
}

function hintFor(troubles: readonly LayerTrouble[], { filesPosition }: Scope): string {
  if (troubles.some(trouble => trouble.unwatched))
    return 'Add the path to `watch`, or move the file out of `files`; no server was contacted.';
  return filesPosition === undefined
    ? 'There is no inventory here, so `files` in this directory must hold readable Git copies and nothing else: change into the repository, or begin one with `sshdrift init`. No server was contacted.'
    : '`files` must name directories with nothing but readable Git copies; no server was contacted.';
}
