// Statuses as a person wants them: what needs somebody comes first. Every server is in one group.

import { isStale } from './staleness.ts';
import type { StatusRecord } from './status-record.ts';

/** `STALE` is in sync as of its last check, which is too long ago to rely on. */
export type StatusGroup = 'OUT_OF_SYNC' | 'UNKNOWN' | 'STALE' | 'SYNCED';

/** Groups, the most urgent first. */
export const STATUS_GROUPS = ['OUT_OF_SYNC', 'UNKNOWN', 'STALE', 'SYNCED'] as const;

/** A status, and whether its last check is too long ago. */
export interface AgedStatus {
  readonly record: StatusRecord;
  readonly stale: boolean;
}

export type GroupedStatuses = Readonly<Record<StatusGroup, readonly AgedStatus[]>>;

/** When a moment is, and after which time a status is stale; milliseconds. */
export interface Clock {
  readonly now: number;
  readonly staleAfterMs: number;
}

/** The newest drift first, the newest UNKNOWN, the oldest of the stale; those in sync stay in their order. */
export function groupStatuses(
  statuses: readonly StatusRecord[],
  { now, staleAfterMs }: Clock,
): GroupedStatuses {
  const aged = statuses.map(record => ({ record, stale: isStale(record.last_check, now, staleAfterMs) }));
  const group = (name: StatusGroup): readonly AgedStatus[] => aged.filter(status => groupOf(status) === name);
  return {
    OUT_OF_SYNC: newestFirst(group('OUT_OF_SYNC'), record => record.first_drift_at ?? record.since),
    UNKNOWN: newestFirst(group('UNKNOWN'), record => record.since),
    STALE: newestFirst(group('STALE'), record => record.last_check).toReversed(),
    SYNCED: group('SYNCED'),
  };
}

const groupOf = ({ record, stale }: AgedStatus): StatusGroup =>
  record.sync_status === 'SYNCED' && stale ? 'STALE' : record.sync_status;

/** By the clock, as posters may write offsets. Each time is read once: there may be thousands. */
const newestFirst = (
  statuses: readonly AgedStatus[],
  timeOf: (record: StatusRecord) => string,
): readonly AgedStatus[] =>
  statuses
    .map(status => ({ status, time: Date.parse(timeOf(status.record)) }))
    .sort((a, b) => b.time - a.time)
    .map(({ status }) => status);
