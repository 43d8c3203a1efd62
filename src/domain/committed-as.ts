// Looks a server's bytes up among the committed versions of a file. A layered file has a history for each layer: what a
// lower layer once held was deployed before the higher one came.

import {
  type CommitHistory,
  commitsSince,
  type FileHistory,
  type FileVersion,
  isAncestor,
} from './commit-history.ts';
import { blobId } from './git-object.ts';
import type { CommittedVersion, Origin } from './origin.ts';

/** Histories of one file, lowest layer first. */
export type Layers = readonly FileHistory[];

/** All versions, those of the highest layer first, of one layer the newest first. */
export const versionsOf = (layers: Layers): readonly FileVersion[] =>
  layers.toReversed().flatMap(({ versions }) => versions);

/** The newest version that was stored as exactly these bytes. */
export function committedAs(bytes: Buffer, layers: Layers, history: CommitHistory): FileVersion | null {
  const id = blobId(bytes, history.base.length);
  const versions = versionsOf(layers);
  const own = versions.find(({ blob }) => blob === id);
  return own ?? underOtherName(id, new Set(versions.map(({ path }) => fileName(path))), history);
}

/**
 * The newest version with these bytes at a path that is gone and had the file's name: a directory that was renamed while
 * most of a file was rewritten looks to Git like one file that went and another one that came.
 */
function underOtherName(id: string, names: ReadonlySet<string>, history: CommitHistory): FileVersion | null {
  const all = history.commits.flatMap(commit => commit.changes.map(change => ({ commit, ...change })));
  const gone = new Set(all.flatMap(({ path, from, blob }) => [from, blob === null ? path : null]));
  const found = all.find(({ blob, path }) => blob === id && names.has(fileName(path)) && gone.has(path));
  return found
    ? { commit: found.commit, blob: id, path: found.path, inBase: isAncestor(found.commit.id, history) }
    : null;
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The id that the bytes would be committed under if Git turned CRLF into LF; null if that changes nothing. */
export function idWithoutCarriageReturns(bytes: Buffer, { base }: CommitHistory): string | null {
  const text = bytes.toString('latin1');
  if (!text.includes('\r\n')) return null;
  return blobId(Buffer.from(text.replaceAll('\r\n', '\n'), 'latin1'), base.length);
}

/** A version as reports tell it. */
export function describeVersion(
  { commit, inBase, blob, path }: FileVersion,
  layers: Layers,
  history: CommitHistory,
): CommittedVersion {
  const { id, subject, author, date } = commit;
  // What lower layers hold is covered by this one.
  const own = layers.findIndex(({ versions }) =>
    versions.some(version => version.commit.id === id && version.blob === blob && version.path === path),
  );
  const touched = new Set(layers.slice(Math.max(own, 0)).flatMap(layer => layer.touched));
  return {
    commit: id,
    subject,
    author,
    date,
    commitsBehind: inBase ? commitsSince(id, [...touched], history) : null,
  };
}

/** The origin of bytes that a version brought. The oldest commit of a shallow clone seems to bring everything. */
export function behind(version: FileVersion, layers: Layers, history: CommitHistory): Origin {
  const { id, parents } = version.commit;
  if (history.shallow && parents.length === 0)
    return {
      kind: 'unknown',
      reason: `committed in ${id.slice(0, 8)} or before: ${history.cut ?? 'the history ends there'}`,
    };
  return { kind: 'behind', version: describeVersion(version, layers, history) };
}
