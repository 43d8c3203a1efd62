import { escapeText } from '../domain/escape.ts';
import { type SyncStatus, utcSeconds } from '../domain/report.ts';
import { cut } from './progress.ts';
import { plural, STATUS_WORDS } from './text.ts';

/** Servers by the verdict that stands. */
export interface WatchState {
  readonly total: number;
  readonly counts: Readonly<Record<SyncStatus, number>>;
  /** Of the newest round of any server; null before the first. */
  readonly lastRound: Date | null;
  /** Servers without an answer in their last round or two, of which an earlier verdict, or none, still stands. */
  readonly waitedFor: readonly string[];
}

/**
 * One line without its end, of fewer columns than `columns`:
 * `watching 3 servers: 2 in sync, 1 out of sync, 0 unknown; waiting for relay-1; last round 10:30:00Z`.
 */
export function watchLine({ total, counts, lastRound, waitedFor }: WatchState, columns: number): string {
  const statuses = Object.keys(STATUS_WORDS) as SyncStatus[];
  const known = statuses.reduce((sum, status) => sum + counts[status], 0);
  const parts = statuses.map(status => `${counts[status]} ${STATUS_WORDS[status]}`);
  const open = total > known ? [`${total - known} not compared yet`] : [];
  const [first = '', ...others] = waitedFor;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const line = [
    `watching ${plural(total, 'server')}: ${[...parts, ...open].join(', ')}`,
    ...(waitedFor.length > 0 ? [`waiting for ${escapeText(first)}${more}`] : []),
    ...(lastRound === null ? [] : [`last round ${utcSeconds(lastRound).slice('2026-11-28T'.length)}`]),
  ].join('; ');
  return cut(line, Math.max(0, columns - 1));
}
