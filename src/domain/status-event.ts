import type { SyncStatus } from './report.ts';

/** How many events a status server keeps: the newest. */
export const MAX_EVENTS = 1000;

/** How many file names an event lists; `drift_count` counts all. */
export const MAX_EVENT_FILES = 100;

/** A change of a server's status, or of its drift (`from` and `to` are then both OUT_OF_SYNC). */
export interface StatusEvent {
  /** `last_check` of the status that brought the change. */
  readonly time: string;
  readonly repo: string;
  readonly server: string;
  /** Null for the first status of a server. */
  readonly from: SyncStatus | null;
  readonly to: SyncStatus;
  readonly drift_count: number;
  /** Names of the drifted files, the first {@link MAX_EVENT_FILES}. */
  readonly files: readonly string[];
}
