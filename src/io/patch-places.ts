// Where in the repository a server's files belong. Paths here are local ones, one character per byte.

import type { Stats } from 'node:fs';
import { lstat, readFile, readlink, realpath } from 'node:fs/promises';
import type { FileVerdict } from '../domain/file-verdict.ts';
import type { Scope } from '../domain/inventory.ts';
import type { Place, Places, RepositoryFile } from '../domain/patch-change.ts';
import { fromBytes, nameBelow, showPath, toBytes } from '../domain/remote-path.ts';
import { UserError } from '../domain/user-error.ts';
import { gitTopLevel } from './git-top-level.ts';

export interface PlacesQuestion {
  readonly scope: Scope;
  readonly files: readonly FileVerdict[];
  /** Where paths start if the copies are not in Git: the directory of the inventory. */
  readonly directory: string;
  /** Environment for Git, without secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Layer {
  /** Real path of the directory. */
  readonly local: string;
  /** The same, relative to the top of the repository; ends with a slash unless it is the top itself. */
  readonly prefix: string;
}

/** Finds the places of all files. Throws a UserError if no single `git apply` could reach them all. */
export async function findPlaces(question: PlacesQuestion): Promise<Places> {
  const layers = await layersOf(question);
  const places = new Map<FileVerdict['path'], Place>();
  for (const file of question.files) {
    const name = nameBelow(question.scope.root, file.path);
    if (name.startsWith('/')) continue;
    const home = layers.at(-1);
    places.set(file.path, {
      copies: file.git ? await copiesOf(file, name, layers) : [],
      home: home ? home.prefix + name : null,
    });
  }
  return places;
}

async function layersOf({ scope, directory, env }: PlacesQuestion): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  const tops = new Set<string>();
  for (const layer of scope.layers) {
    const local = fromBytes(await realpath(layer, { encoding: 'buffer' }));
    const top =
      (await gitTopLevel({ directory: layer, env })) ??
      fromBytes(await realpath(directory, { encoding: 'buffer' }));
    tops.add(top);
    const prefix = prefixBelow(top, local);
    if (prefix === null) {
      throw new UserError(
        `${showPath(local)} is not below ${showPath(top)}, so that no patch could reach it`,
        'Put the Git copies into a Git repository, or below the directory of the inventory.',
      );
    }
    layers.push({ local, prefix });
  }
  if (tops.size > 1) {
    throw new UserError(
      `the layers of \`files\` are in several repositories: ${[...tops].map(showPath).join(', ')}`,
      'A patch is for one repository; keep the layers of a server in one to write patches for it.',
    );
  }
  return layers;
}

function prefixBelow(top: string, local: string): string | null {
  if (local === top) return '';
  const start = top.endsWith('/') ? top : `${top}/`;
  return local.startsWith(start) ? `${local.slice(start.length)}/` : null;
}

async function copiesOf(
  file: FileVerdict,
  name: string,
  layers: readonly Layer[],
): Promise<readonly RepositoryFile[]> {
  const copies: RepositoryFile[] = [];
  for (const { local, prefix } of layers) {
    const at = `${local}/${name}`;
    const stats = await lstat(toBytes(at)).catch(() => null);
    if (stats) copies.push({ path: prefix + name, ...(await contentsOf(at, stats)) });
  }
  const last = copies.at(-1);
  // The patch changes what was compared, not what somebody has written there since.
  if (last && last.mode !== '120000' && file.git)
    copies[copies.length - 1] = { ...last, bytes: file.git.bytes };
  return copies;
}

async function contentsOf(local: string, stats: Stats): Promise<Pick<RepositoryFile, 'mode' | 'bytes'>> {
  if (stats.isSymbolicLink())
    return { mode: '120000', bytes: await readlink(toBytes(local), { encoding: 'buffer' }) };
  return { mode: stats.mode & 0o100 ? '100755' : '100644', bytes: await readFile(toBytes(local)) };
}
