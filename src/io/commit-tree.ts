// The files of one commit as a tree that layers are read from. Only names are read at first; contents come when they are
// asked for, as a checkout would write them. Links are followed within the commit and never on disk.

import { blobId } from '../domain/git-object.ts';
import type { GitBlobs } from './git-blobs.ts';
import type { Child, LayerTree } from './layer-tree.ts';

/** What `git ls-tree` says about one file. Modes as in git: 120000 is a link, 160000 a submodule. */
export interface TreeFile {
  readonly mode: string;
  readonly id: string;
}

/** A tree that knows of which of its files a filter changed the contents. */
export interface CommitTree extends LayerTree {
  /** Paths of files read so far whose contents are not those of their blob, without leading slash. */
  readonly filtered: () => readonly string[];
}

/** Reads the output of `git ls-tree -rz`: files by path, one character per byte, without leading slash. */
export function parseTree(output: Buffer): ReadonlyMap<string, TreeFile> {
  const lines = output.toString('latin1').split('\0').slice(0, -1);
  return new Map(
    lines.map(line => {
      const tab = line.indexOf('\t');
      const [mode = '', , id = ''] = line.slice(0, tab).split(' ');
      return [line.slice(tab + 1), { mode, id }] as const;
    }),
  );
}

/** `raw` reads links, `filtered` reads contents. */
export function createCommitTree(
  files: ReadonlyMap<string, TreeFile>,
  blobs: { readonly raw: GitBlobs; readonly filtered: GitBlobs },
): CommitTree {
  const directories = directoriesOf(files);
  const changed = new Set<string>();
  return {
    realpath: async path => `/${await follow(parts(path))}`,
    children: async directory => {
      const path = await follow(parts(directory));
      const children = directories.get(path) ?? (path === '' ? new Map() : null);
      if (!children) throw trouble('ENOTDIR');
      return [...children.values()];
    },
    stat: async path => ({ isFile: files.has(await follow(parts(path))), size: 0 }),
    read: async path => {
      const at = await follow(parts(path));
      const file = files.get(at);
      if (!file) throw trouble('EISDIR');
      const bytes = await blobs.filtered.read(file.id, at);
      if (blobId(bytes, file.id.length) !== file.id) changed.add(at);
      return bytes;
    },
    filtered: () => [...changed].sort(),
  };

  /** The path, links resolved, of a file or directory that is there. */
  async function follow(wanted: readonly string[], links = 0): Promise<string> {
    if (links > 40) throw trouble('ELOOP');
    const reached: string[] = [];
    for (const [index, part] of wanted.entries()) {
      if (part === '..') {
        if (reached.pop() === undefined) throw trouble('EXDEV');
        continue;
      }
      const path = [...reached, part].join('/');
      const file = files.get(path);
      const rest = wanted.slice(index + 1);
      if (file?.mode === '160000') throw trouble('ESUBMODULE');
      if (file?.mode === '120000') {
        const target = (await blobs.raw.read(file.id, path)).toString('latin1');
        if (target.startsWith('/')) throw trouble('EXDEV');
        return follow([...reached, ...parts(target), ...rest], links + 1);
      }
      if (!file && !directories.has(path)) throw trouble('ENOENT');
      if (file && rest.length > 0) throw trouble('ENOTDIR');
      reached.push(part);
    }
    return reached.join('/');
  }
}

const parts = (path: string): readonly string[] =>
  path.split('/').filter(part => part !== '' && part !== '.');

/** Every directory with what is in it. */
function directoriesOf(
  files: ReadonlyMap<string, TreeFile>,
): ReadonlyMap<string, ReadonlyMap<string, Child>> {
  const directories = new Map<string, Map<string, Child>>();
  for (const [path, { mode }] of files) {
    for (let at = path; at !== ''; ) {
      const slash = at.lastIndexOf('/');
      const [above, name] = [at.slice(0, Math.max(slash, 0)), at.slice(slash + 1)];
      const known = directories.get(above);
      // A submodule counts as a file here, so that a layer with one in it is told and not read halfway.
      const child = { name, isDirectory: at !== path, isLink: at === path && mode === '120000' };
      if (known) known.set(name, child);
      else directories.set(above, new Map([[name, child]]));
      if (known && at !== path) break;
      at = above;
    }
  }
  return directories;
}

/** As a system call would fail; `ESUBMODULE` is our own. */
const trouble = (code: string): Error => Object.assign(new Error(code), { code });
