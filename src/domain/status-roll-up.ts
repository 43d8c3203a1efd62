// What GET /status.json answers: always one object of the same shape, whether there are no records, one or many.
//
// - One record: the six standard fields are the record's own, so that a consumer of a single server can read them.
// - Several: OUT_OF_SYNC if any is, else UNKNOWN if any is; drift_count is the sum; every drifted file with its repo and
//   server; last_check is the oldest, so that one silent server stays visible; repo and server the common value or `*`.
// - None: no sync_status and no last_check, because nothing is known; never SYNCED.

import type { Payload } from './payload.ts';
import type { SyncStatus } from './report.ts';

/** A drifted file; `repo` and `server` only where several records are rolled up. */
export interface RolledUpFile {
  readonly name: string;
  readonly repo?: string;
  readonly server?: string;
}

/** The answer of GET /status.json, keys in the order in which it is written. */
export interface RollUp<T extends Payload = Payload> {
  readonly repo: string;
  readonly server: string;
  readonly sync_status?: SyncStatus;
  readonly drift_count: number;
  readonly files: readonly RolledUpFile[];
  readonly last_check?: string;
  /** The records as they were posted, sorted by repo, then server. */
  readonly statuses: readonly T[];
}

/** Rolls up records, at most one for each repo and server, in any order. */
export function rollUp<T extends Payload>(records: readonly T[]): RollUp<T> {
  const statuses = [...records].sort((a, b) => order(a.repo, b.repo) || order(a.server, b.server));
  const [first] = statuses;
  if (first === undefined) return { repo: '*', server: '*', drift_count: 0, files: [], statuses };
  if (statuses.length === 1) return { ...sixFields(first), statuses };
  return {
    repo: common(statuses.map(s => s.repo)),
    server: common(statuses.map(s => s.server)),
    sync_status: worst(statuses),
    drift_count: statuses.reduce((sum, s) => sum + s.drift_count, 0),
    files: statuses.flatMap(s => s.files.map(f => ({ name: f.name, repo: s.repo, server: s.server }))),
    last_check: oldestCheck(statuses),
    statuses,
  };
}

/** Each time is read once: there may be many thousands. */
function oldestCheck(statuses: readonly Payload[]): string {
  const times = statuses.map(status => Date.parse(status.last_check));
  const oldest = times.reduce((a, b) => Math.min(a, b));
  return statuses[times.indexOf(oldest)]?.last_check ?? '';
}

/** True if `a` was checked before `b`, by the clock and not by the text: others may post offsets or fractions. */
export const isOlder = (a: Payload, b: Payload): boolean =>
  Date.parse(a.last_check) < Date.parse(b.last_check);

const sixFields = ({ repo, server, sync_status, drift_count, files, last_check }: Payload): Payload => ({
  repo,
  server,
  sync_status,
  drift_count,
  files,
  last_check,
});

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const common = (values: readonly string[]): string => {
  const [only, ...others] = new Set(values);
  return only === undefined || others.length > 0 ? '*' : only;
};

function worst(statuses: readonly Payload[]): SyncStatus {
  if (statuses.some(s => s.sync_status === 'OUT_OF_SYNC')) return 'OUT_OF_SYNC';
  return statuses.some(s => s.sync_status === 'UNKNOWN') ? 'UNKNOWN' : 'SYNCED';
}
