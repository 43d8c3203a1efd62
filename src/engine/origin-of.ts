import type { CommitHistory, FileVersion } from '../domain/commit-history.ts';
import {
  behind,
  committedAs,
  describeVersion,
  idWithoutCarriageReturns,
  type Layers,
  versionsOf,
} from '../domain/committed-as.ts';
import type { FileVerdict } from '../domain/file-verdict.ts';
import { blobId } from '../domain/git-object.ts';
import { createLineDistance } from '../domain/line-distance.ts';
import type { Origin } from '../domain/origin.ts';
import { UserError } from '../domain/user-error.ts';
import type { History } from './ports.ts';

export interface OriginSources {
  readonly history: CommitHistory;
  readonly contents: History['contents'];
  /** The time for reading contents is over. */
  readonly isLate: () => boolean;
}

/** Different contents of one file that are compared, newest first: enough for years of most files. */
const MOST_CANDIDATES = 100;

/** Where the server's bytes of a file come from; null for an unmanaged file that Git never had. */
export async function originOf(
  file: FileVerdict,
  layers: Layers,
  sources: OriginSources,
): Promise<Origin | null> {
  const { history } = sources;
  const bytes = file.server?.bytes ?? null;
  const versions = versionsOf(layers);
  if (versions.length === 0) {
    if (file.verdict !== 'modified') return null;
    return unknown(history.cut ?? 'Git knows no version of this file; is it committed?');
  }
  if (bytes === null) return unknown('the file is too large to be transferred (max_file_size)');
  const exact = committedAs(bytes, layers, history);
  if (exact) return behind(exact, layers, history);

  const candidates = distinct(versions, idWithoutCarriageReturns(bytes, history));
  const compared = await compareAll(bytes, candidates.slice(0, MOST_CANDIDATES), sources);
  if (compared.same) return behind(compared.same, layers, history);
  if (compared.trouble !== null) return unknown(compared.trouble);
  if (history.cut !== null) return unknown(history.cut);
  if (compared.filtered && candidates.length > compared.count)
    return unknown(
      `Git changes this file on checkout, and only ${compared.count} of its versions were compared`,
    );
  const { nearest } = compared;
  return {
    kind: 'edited',
    nearest: nearest && {
      ...describeVersion(nearest.version, layers, history),
      bytes: nearest.bytes,
    },
  };
}

const unknown = (reason: string): Origin => ({ kind: 'unknown', reason });

/** One version for each blob, the newest; one that line endings alone may tell from the server's goes first. */
function distinct(versions: readonly FileVersion[], first: string | null): readonly FileVersion[] {
  const byBlob = new Map<string, FileVersion>();
  for (const version of versions) if (!byBlob.has(version.blob)) byBlob.set(version.blob, version);
  const likely = first === null ? undefined : byBlob.get(first);
  const all = [...byBlob.values()];
  return likely ? [likely, ...all.filter(version => version !== likely)] : all;
}

interface Compared {
  /** A checkout of this version writes exactly the server's bytes. */
  readonly same: FileVersion | null;
  readonly nearest: { readonly version: FileVersion; readonly bytes: Buffer } | null;
  /** A checkout writes other bytes than are stored. */
  readonly filtered: boolean;
  readonly count: number;
  readonly trouble: string | null;
}

async function compareAll(
  server: Buffer,
  candidates: readonly FileVersion[],
  { contents, isLate }: OriginSources,
): Promise<Compared> {
  const distance = createLineDistance(server);
  let nearest: Compared['nearest'] = null;
  let smallest = Number.POSITIVE_INFINITY;
  let filtered = false;
  let count = 0;
  for (const version of candidates) {
    if (count > 0 && isLate()) break;
    const bytes = await contents(version.blob, version.path).catch(error => {
      if (error instanceof UserError) return error.message;
      throw error;
    });
    if (typeof bytes === 'string') return { same: null, nearest, filtered, count, trouble: bytes };
    count += 1;
    if (bytes.equals(server)) return { same: version, nearest: null, filtered, count, trouble: null };
    filtered ||= blobId(bytes, version.blob.length) !== version.blob;
    const lines = distance(bytes);
    // Candidates come newest first, so that of equals the newest stays.
    if (lines < smallest) [smallest, nearest] = [lines, { version, bytes }];
  }
  return { same: null, nearest, filtered, count, trouble: null };
}
