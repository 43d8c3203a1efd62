import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { fromBytes, toBytes } from '../domain/remote-path.ts';

/** One entry of a directory. */
export interface Child {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly isLink: boolean;
}

/**
 * Where layers of Git copies stand: on this machine's disk, or in a commit. Paths are absolute, one character per byte.
 * All functions throw errors that `fileTrouble` knows.
 */
export interface LayerTree {
  /** The path with all links resolved. */
  readonly realpath: (path: string) => Promise<string>;
  readonly children: (directory: string) => Promise<readonly Child[]>;
  /** Links are followed; size in bytes. */
  readonly stat: (path: string) => Promise<{ readonly isFile: boolean; readonly size: number }>;
  readonly read: (path: string) => Promise<Buffer>;
}

/** The layers as they are on disk. Read synchronously: nothing else goes on yet, and a turn of the event loop costs ten times a small file. */
export const DISK: LayerTree = {
  realpath: async path => fromBytes(realpathSync.native(toBytes(path), { encoding: 'buffer' })),
  children: async directory => {
    // The types for Node 20 know no Dirent with a Buffer for a name, which is what this call brings.
    const list: unknown = readdirSync(toBytes(directory), { withFileTypes: true, encoding: 'buffer' });
    return (list as readonly (Omit<Dirent, 'name'> & { readonly name: Buffer })[]).map(child => ({
      name: fromBytes(child.name),
      isDirectory: child.isDirectory(),
      isLink: child.isSymbolicLink(),
    }));
  },
  stat: async path => {
    const target = statSync(toBytes(path));
    return { isFile: target.isFile(), size: target.size };
  },
  read: async path => readFileSync(toBytes(path)),
};
