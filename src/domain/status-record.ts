// What a status server keeps for each server, and what a new status makes of it.
//
// - All times are those of checks (`last_check`), never of the arrival.
// - UNKNOWN says nothing about drift: the drift seen before it is remembered, so that the same drift after it is not new.
// - The history (events) has every change of the status. An alarm is for people: only when drift begins, when other files
//   drift or the same ones differ in another way, and when it is over. A server that is UNKNOWN in between alarms nobody.

import type { PostedStatus } from './posted-status.ts';
import type { SyncStatus } from './report.ts';
import { MAX_EVENT_FILES, type StatusEvent } from './status-event.ts';
import { isOlder } from './status-roll-up.ts';

/** A status as it is served: as it was posted, and two times that only the receiver can know. */
export type StatusRecord = PostedStatus & {
  /** Check with which the present sync_status began. */
  readonly since: string;
  /** Check that saw the present drift first; null when in sync, and as long as no drift was ever seen. */
  readonly first_drift_at: string | null;
};

/** What a record is found by. */
export type StatusName = Pick<PostedStatus, 'repo' | 'server'>;

/** Which drift it is: the names of the files, and the fingerprint of an extended payload. */
export interface Drift {
  readonly files: readonly string[];
  readonly fingerprint: string | null;
}

/** A record with what the receiver remembers beside it. */
export interface KeptStatus {
  readonly record: StatusRecord;
  /** The last drift that was seen, if the server is UNKNOWN since; else null. */
  readonly driftBefore: Drift | null;
}

export type Alarm = 'drift' | 'changed' | 'recovered';

/** What one status did. */
export interface StatusChange {
  readonly kept: KeptStatus;
  /** Null for the first status of a server. */
  readonly from: SyncStatus | null;
  /** For the history; null if nothing changed but the time. A first SYNCED is no news. */
  readonly event: StatusEvent | null;
  /** For people; null for none. */
  readonly alarm: Alarm | null;
}

/** The change that a status makes; null if it is older than the one that is kept. The same one again changes nothing. */
export function changeTo(before: KeptStatus | null, posted: PostedStatus): StatusChange | null {
  if (before !== null && isOlder(posted, before.record)) return null;
  const { sync_status: to, last_check: time, repo, server, drift_count } = posted;
  const from = before?.record.sync_status ?? null;
  const known = before && driftOf(before);
  const files = posted.files.map(file => file.name);
  const drift = to === 'OUT_OF_SYNC' ? { files, fingerprint: posted.fingerprint ?? null } : null;
  const otherDrift = drift !== null && known !== null && !isSameDrift(drift, known);
  const isNews = from === null ? to !== 'SYNCED' : from !== to || otherDrift;
  const alarms: Readonly<Record<SyncStatus, Alarm | null>> = {
    SYNCED: known === null ? null : 'recovered',
    OUT_OF_SYNC: known === null ? 'drift' : otherDrift ? 'changed' : null,
    UNKNOWN: null,
  };
  const firstDrift: Readonly<Record<SyncStatus, string | null>> = {
    SYNCED: null,
    OUT_OF_SYNC: before?.record.first_drift_at ?? time,
    UNKNOWN: before?.record.first_drift_at ?? null,
  };
  const since = before !== null && from === to ? before.record.since : time;
  return {
    kept: {
      record: { ...posted, since, first_drift_at: firstDrift[to] },
      driftBefore: to === 'UNKNOWN' ? known : null,
    },
    from,
    event: isNews
      ? { time, repo, server, from, to, drift_count, files: files.slice(0, MAX_EVENT_FILES) }
      : null,
    alarm: alarms[to],
  };
}

/** The drift that is known of a server: the present one, or the one before it became UNKNOWN. */
const driftOf = ({ record, driftBefore }: KeptStatus): Drift | null =>
  record.sync_status === 'OUT_OF_SYNC'
    ? { files: record.files.map(file => file.name), fingerprint: record.fingerprint ?? null }
    : driftBefore;

/** By fingerprint where both have one: a poster may begin to send the extended payload, or stop. */
function isSameDrift(a: Drift, b: Drift): boolean {
  if (a.fingerprint !== null && b.fingerprint !== null) return a.fingerprint === b.fingerprint;
  const names = new Set(a.files);
  return a.files.length === b.files.length && b.files.every(file => names.has(file));
}
