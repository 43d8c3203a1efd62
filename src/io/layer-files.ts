// The files of one layer of Git copies. Rules: names are bytes; a name that begins with a dot (.gitkeep) is passed over
// unless a watch entry asks for it; a symbolic link counts if it leads to a regular file inside a layer, so that no
// other file of this machine is taken for a Git copy; everything else that is no regular file is an error.

import type { Scope } from '../domain/inventory.ts';
import { fromBytes, type RemotePath, showPath } from '../domain/remote-path.ts';
import { matchesWatch, watchText } from '../domain/watch.ts';
import { fileTrouble } from './file-trouble.ts';
import type { LayerTree } from './layer-tree.ts';

const MAX_BYTES = 64 * 1024 ** 2;

/** One file of a layer. `local` is its path on this machine, one character per byte, as in a RemotePath. */
export interface LayerFile {
  readonly path: RemotePath;
  readonly local: string;
  readonly bytes: Buffer;
}

/** What is wrong with one file or directory of a layer; `message` completes "LOCAL …". */
export interface LayerTrouble {
  readonly local: string;
  readonly message: string;
  /** It is a sound file, only nothing asks for it. */
  readonly unwatched: boolean;
}

export interface Layer {
  readonly files: readonly LayerFile[];
  readonly troubles: readonly LayerTrouble[];
}

interface Entry {
  readonly local: string;
  readonly path: RemotePath;
  /** It or a directory above it begins with a dot. */
  readonly hidden: boolean;
  readonly isDirectory: boolean;
  readonly isLink: boolean;
}

/** Where a layer is read, and below which real paths (one character per byte) its links may lead. */
export interface LayerPlace {
  readonly tree: LayerTree;
  readonly inside: readonly string[];
}

/** Reads all Git copies below a layer directory. */
export async function readLayer(layer: string, scope: Scope, { tree, inside }: LayerPlace): Promise<Layer> {
  const files: LayerFile[] = [];
  const troubles: LayerTrouble[] = [];

  const visit = async (entry: Entry): Promise<void> => {
    const { local, path, hidden } = entry;
    try {
      if (entry.isDirectory) {
        if (hidden && !isWatchedBelow(scope, path)) return;
        for (const child of await childrenOf(entry, tree)) await visit(child);
        return;
      }
      const watched = scope.watch.some(watch => matchesWatch(watch, path));
      if (hidden && !watched) return;
      const message = await typeProblem(entry, { tree, inside });
      if (message !== null) troubles.push({ local, message, unwatched: false });
      else if (!watched) troubles.push({ local, message: notWatched(scope, path), unwatched: true });
      else files.push({ path, local, bytes: await tree.read(local) });
    } catch (error) {
      const what = entry.isLink ? 'is a symbolic link that cannot be followed' : 'cannot be read';
      troubles.push({ local, message: `${what}: ${fileTrouble(error)}`, unwatched: false });
    }
  };

  const top = { local: fromBytes(Buffer.from(layer)), path: scope.root };
  await visit({ ...top, hidden: false, isDirectory: true, isLink: false });
  return { files, troubles };
}

async function childrenOf({ local, path, hidden }: Entry, tree: LayerTree): Promise<readonly Entry[]> {
  return (await tree.children(local)).map(({ name, isDirectory, isLink }) => ({
    local: below(local, name),
    path: below(path, name) as RemotePath,
    hidden: hidden || name.startsWith('.'),
    isDirectory,
    isLink,
  }));
}

const below = (directory: string, name: string): string =>
  directory === '/' ? `/${name}` : `${directory}/${name}`;

const isWatchedBelow = (scope: Scope, path: RemotePath): boolean =>
  scope.watch.some(watch => watchText(watch).startsWith(below(path, '')));

function notWatched(scope: Scope, path: RemotePath): string {
  const watch = scope.watch.map(entry => showPath(watchText(entry))).join(', ');
  return `would be the copy of ${showPath(path)}, which \`watch\` does not cover: ${watch}`;
}

/** Why an entry is no Git copy, or null if it is one. Asked before opening: a FIFO would wait for ever. */
async function typeProblem({ local, isLink }: Entry, { tree, inside }: LayerPlace): Promise<string | null> {
  const target = await tree.stat(local);
  if (!target.isFile)
    return isLink
      ? 'is a symbolic link to something that is no regular file'
      : 'is neither a regular file nor a directory';
  if (target.size > MAX_BYTES) return 'is larger than 64 MiB';
  if (!isLink) return null;
  const real = await tree.realpath(local);
  return inside.some(directory => real.startsWith(below(directory, '')))
    ? null
    : `is a symbolic link that leads out of \`files\`, to ${showPath(real)}`;
}
