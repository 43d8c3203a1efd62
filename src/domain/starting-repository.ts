// What `sshdrift init` writes, decided from what servers have. Rules:
//
// - `files/` holds what all servers have; where they differ, as the first of them has it.
// - `overlays/NAME/` holds what differs there, and what some server lacks: a layer can add and replace, not remove.
// - What a package shipped unmodified, on every server that has it, stays the package's: `check` lists it without
//   counting it, and counts it as soon as somebody edits it. An ignore rule would hide that edit.
// - What could not be copied is left out by an ignore rule of that server, with the reason.

import type { FileVerdict } from './file-verdict.ts';
import { ignorePath } from './ignore-path.ts';
import type { Server } from './inventory.ts';
import { remarks } from './note-text.ts';
import { byPath, fromBytes, type RemotePath } from './remote-path.ts';

/** What was found on a server: the verdicts of comparing it with nothing. */
export interface Found {
  readonly server: Server;
  readonly files: readonly FileVerdict[];
}

/** `path` is below the repository, one character per byte. */
export interface StartingFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** A file that is not copied; `path` is for an ignore rule, `name` is below the remote root. */
export interface LeftOut {
  readonly path: string;
  readonly name: string;
  readonly reason: string;
}

/** How a server draws on the repository; `layers` are directories in it. */
export interface StartingServer {
  readonly name: string;
  readonly layers: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

export interface StartingRepository {
  readonly files: readonly StartingFile[];
  /** In the order in which they were named. */
  readonly servers: readonly StartingServer[];
  /** Files that are left to the packages that shipped them, sorted by name. */
  readonly packaged: readonly { readonly name: string; readonly package: string }[];
  /** Files that stand in overlays because these servers have no such file. */
  readonly lacking: readonly { readonly name: string; readonly servers: readonly string[] }[];
}

const BASE = 'files';

/** `found` in the order in which servers were named; what is unsure is refused before, by `findingTrouble`. */
export function startingRepository(found: readonly Found[]): StartingRepository {
  const packaged = packagedFiles(found);
  const servers = found.map(({ server, files }) => ({
    name: server.name,
    copied: new Map(files.filter(({ name }) => !packaged.has(name)).flatMap(file => copyOf(file))),
    leftOut: files.flatMap(file => leftOutOf(file)),
  }));
  const names = [...new Set(servers.flatMap(({ copied }) => [...copied.keys()]))].sort(byPath);
  const base = new Map<string, Buffer>();
  const lacking: { name: string; servers: readonly string[] }[] = [];
  for (const name of names) {
    const without = servers.filter(s => !s.copied.has(name) && !s.leftOut.some(file => file.name === name));
    const bytes = servers.find(s => s.copied.has(name))?.copied.get(name);
    if (without.length > 0) lacking.push({ name, servers: without.map(server => server.name) });
    else if (bytes) base.set(name, bytes);
  }
  const planned = servers.map(({ name, copied, leftOut }) => {
    const own = [...copied].filter(([file, bytes]) => base.get(file)?.equals(bytes) !== true);
    const overlay = `overlays/${name}`;
    return {
      files: below(overlay, own),
      server: {
        name,
        leftOut,
        layers: [...(base.size > 0 ? [BASE] : []), ...(own.length > 0 ? [overlay] : [])],
      },
    };
  });
  return {
    files: [...below(BASE, [...base]), ...planned.flatMap(({ files }) => files)],
    servers: planned.map(({ server }) => server),
    packaged: [...packaged].map(([name, by]) => ({ name, package: by })),
    lacking,
  };
}

/** By name; empty if without these files some server would have nothing left to compare. */
function packagedFiles(found: readonly Found[]): ReadonlyMap<string, string> {
  const all = found.flatMap(({ files }) => files);
  const modified = new Set(all.filter(file => file.package?.unmodified !== true).map(file => file.name));
  const packaged = new Map(
    all
      .flatMap(({ name, package: by }) => (by && !modified.has(name) ? [[name, by.name] as const] : []))
      .sort(([a], [b]) => byPath(a, b)),
  );
  const leavesSome = found.every(({ files }) =>
    files.some(file => isCopied(file) && !packaged.has(file.name)),
  );
  return leavesSome ? packaged : new Map();
}

const below = (layer: string, files: readonly (readonly [string, Buffer])[]): readonly StartingFile[] =>
  [...files]
    .sort(([a], [b]) => byPath(a, b))
    .map(([name, bytes]) => ({ path: `${fromBytes(Buffer.from(layer))}/${name}`, bytes }));

/** True if the file becomes a Git copy. */
export const isCopied = (file: FileVerdict): boolean => whyNot(file) === null;

function copyOf(file: FileVerdict): readonly (readonly [string, Buffer])[] {
  const bytes = file.server?.bytes;
  return bytes && isCopied(file) ? [[file.name, bytes]] : [];
}

function leftOutOf(file: FileVerdict): readonly LeftOut[] {
  const reason = whyNot(file);
  // A glob like `.*` finds these, and no rule can name them.
  if (reason === null || /(^|\/)\.\.?$/.test(file.name)) return [];
  return [{ path: ignorePath(file.path as RemotePath), name: file.name, reason }];
}

/** Why a file does not become a Git copy, or null if it does. */
function whyNot({ name, server, notes }: FileVerdict): string | null {
  if (!server?.bytes) return remarks(null, notes).join('; ') || 'could not be read';
  // Git takes such a file for one of its own, and does what it says.
  if (/(^|\/)\.git/i.test(name)) return 'has a name that means something to Git';
  return name.split('/').some(part => part === '' || part === '.' || part === '..')
    ? 'has a path that leads out of the repository'
    : null;
}
