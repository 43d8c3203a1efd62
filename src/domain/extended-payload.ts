// The payload of `--payload extended`: the standard one and more about how it came about. Built by allow-list, as the
// standard one: names, words, numbers and hashes, never contents, hosts, users, or texts from a server.

import type { FileVerdict, Verdict } from './file-verdict.ts';
import { sha256 } from './git-copies.ts';
import type { Origin } from './origin.ts';
import { type Payload, toPayload } from './payload.ts';
import { driftedFiles, type Report, type ServerReport, type SyncStatus } from './report.ts';

/** A drifted file. */
export interface ExtendedFile {
  readonly name: string;
  readonly change: Verdict;
  /** Null where Git was not asked. */
  readonly origin: Origin['kind'] | null;
}

/** Standard keys first, then these in this order. */
export interface ExtendedPayload extends Payload {
  readonly files: readonly ExtendedFile[];
  /** 0 in sync, 1 drift, 2 unknown. */
  readonly sync_code: 0 | 1 | 2;
  /** Why not everything was compared: the code of a failure, or `not-compared` for single files. Null if all was. */
  readonly reason: string | null;
  readonly files_expected: number;
  readonly files_compared: number;
  /** Commit id in full; null outside Git. */
  readonly git_revision: string | null;
  readonly git_dirty: boolean | null;
  /** The same for the same drift, whenever and wherever it is found; null without drift. */
  readonly fingerprint: string | null;
  readonly duration_ms: number;
  readonly tool_version: string;
}

const SYNC_CODE: Readonly<Record<SyncStatus, 0 | 1 | 2>> = { SYNCED: 0, OUT_OF_SYNC: 1, UNKNOWN: 2 };

/** The extended payload of one server; `version` is that of sshdrift. */
export function toExtendedPayload(
  { repo, git }: Pick<Report, 'repo' | 'git'>,
  server: ServerReport,
  version: string,
): ExtendedPayload {
  const standard = toPayload(repo, server);
  const drifted = driftedFiles(server);
  const incomplete = server.files.some(file => file.verdict === 'not-compared');
  return {
    ...standard,
    files: standard.files.map(({ name }, i) => ({
      name,
      change: drifted[i]?.verdict ?? 'modified',
      origin: drifted[i]?.origin?.kind ?? null,
    })),
    sync_code: SYNC_CODE[server.status],
    reason: server.failure?.code ?? (incomplete ? 'not-compared' : null),
    files_expected: server.expected,
    files_compared: server.compared,
    git_revision: git?.commit ?? null,
    git_dirty: git?.dirty ?? null,
    fingerprint: fingerprintOf(drifted),
    duration_ms: Math.round(server.durationMs),
    tool_version: version,
  };
}

/**
 * Bits of the hash of a file that go into the fingerprint: enough to tell that it was edited again (all but one time in
 * 65,536), too few to confirm a guess at a password in it.
 */
const CONTENT_DIGITS = 4;

/** SHA-256 over the sorted names, verdicts, contents (16 bits) and expectations that are not met; null without drift. */
export function fingerprintOf(drifted: readonly FileVerdict[]): string | null {
  if (drifted.length === 0) return null;
  const changes = drifted.map(file => [
    file.name,
    file.verdict,
    file.server?.sha256.slice(0, CONTENT_DIGITS) ?? null,
    file.verdict === 'metadata' ? file.notes : [],
  ]);
  const text = changes.map(change => JSON.stringify(change)).sort();
  return sha256(Buffer.from(text.join('\n')));
}
