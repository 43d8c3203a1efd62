import type { SyncStatus } from '../domain/report.ts';
import { cut } from './progress.ts';
import { plural, STATUS_WORDS } from './text.ts';

/** Servers by the verdict that stands. */
export interface WatchState {
  readonly total: number;
  readonly counts: Readonly<Record<SyncStatus, number>>;
}

/** One line without its end, of fewer columns than `columns`: `watching 3 servers: 2 in sync, 1 out of sync, 0 unknown`. */
export function watchLine({ total, counts }: WatchState, columns: number): string {
  const statuses = Object.keys(STATUS_WORDS) as SyncStatus[];
  const known = statuses.reduce((sum, status) => sum + counts[status], 0);
  const parts = statuses.map(status => `${counts[status]} ${STATUS_WORDS[status]}`);
  const open = total > known ? [`${total - known} not compared yet`] : [];
  return cut(
    `watching ${plural(total, 'server')}: ${[...parts, ...open].join(', ')}`,
    Math.max(0, columns - 1),
  );
}
