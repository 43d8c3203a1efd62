// Has anything changed that a watch compares with? Told by what stat(2) says of the inventory and of the Git copies, and by
// the commit, which decides what is dirty and what is behind. Nothing is read, and there is one process.

import { type Dirent, readdirSync, statSync } from 'node:fs';
import { fromBytes, toBytes } from '../domain/remote-path.ts';
import { runGit } from './git-command.ts';
import type { GitRepository } from './git-repository.ts';

/** What a fleet is made of. Paths are absolute. */
export interface FleetSources {
  /** Null for none on the disk. */
  readonly inventory: string | null;
  /** Layers of Git copies on the disk. */
  readonly layers: readonly string[];
  /** Null outside Git. */
  readonly repository: GitRepository | null;
  /** The revision that is asked about; HEAD for the working tree. */
  readonly revision: string;
}

/** The same text as long as nothing has changed; what cannot be looked at counts as it is. */
export async function fleetStamp({ inventory, layers, repository, revision }: FleetSources): Promise<string> {
  const lines = inventory === null ? [] : [stampOf(fromBytes(Buffer.from(inventory)))];
  for (const layer of layers) visit(fromBytes(Buffer.from(layer)), lines);
  const commit = repository && (await runGit(repository, ['rev-parse', '--verify', `${revision}^{commit}`]));
  return [...lines, commit?.stdout.toString('latin1') ?? ''].join('\n');
}

/** Paths have one character per byte. */
function visit(directory: string, lines: string[]): void {
  lines.push(stampOf(directory));
  for (const child of childrenOf(directory)) {
    const path = `${directory}/${fromBytes(child.name)}`;
    if (child.isDirectory()) visit(path, lines);
    else lines.push(stampOf(path));
  }
}

/** Links are followed: what counts is the file that they lead to. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(toBytes(path));
    return `${path} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return `${path} ${(error as NodeJS.ErrnoException).code}`;
  }
}

/** The types for Node 20 know no Dirent with a Buffer for a name, which is what this call brings. */
type Child = Omit<Dirent, 'name'> & { readonly name: Buffer };

function childrenOf(directory: string): readonly Child[] {
  try {
    const list: unknown = readdirSync(toBytes(directory), { withFileTypes: true, encoding: 'buffer' });
    return (list as readonly Child[]).toSorted((a, b) => a.name.compare(b.name));
  } catch {
    return [];
  }
}
