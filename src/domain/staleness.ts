import { parseDuration } from './duration.ts';
import { UserError } from './user-error.ts';

/** A server whose last check is older than this many seconds is stale, unless told otherwise: five missed checks. */
export const STALE_SECONDS = 600;

/** 30 days. */
const LONGEST_MS = 30 * 86_400_000;

/** Milliseconds of `--stale-after`: a duration, or days as in `3d`. Throws UserError. */
export function parseStaleAfter(text: string): number {
  const days = /^([1-9]\d?)d$/.exec(text)?.[1];
  const ms = days === undefined ? parseDuration(text) : Number(days) * 86_400_000;
  if (ms === null || ms > LONGEST_MS)
    throw new UserError(
      '--stale-after is not a duration of at most 30 days',
      'For example 10m, 2h or 3d: as long as several checks in a row take to come.',
    );
  return ms;
}

/** True if the last check is longer ago than that; `now` and `afterMs` in milliseconds. */
export const isStale = (lastCheck: string, now: number, afterMs: number): boolean =>
  now - Date.parse(lastCheck) > afterMs;
