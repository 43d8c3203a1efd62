import { utcSeconds } from '../domain/report.ts';
import { type Html, html } from './html-text.ts';

/**
 * How long ago something was, from milliseconds: `40 s ago`. The script of the status page holds this very function as
 * text, so that it must not use anything but its argument.
 */
export function ageText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}

/** A time as people like it, and as it was; `time` is ISO 8601, `now` milliseconds. */
export const agedTime = (time: string, now: number): Html =>
  html`<time datetime="${utcOf(time)}"><span class="age">${ageText(now - Date.parse(time))}</span> <span class="at">${plainUtc(time)}</span></time>`;

/** As {@link agedTime} where there is room for one of them: the other one shows when it is pointed at. */
export const shortTime = (time: string, now: number): Html =>
  html`<time datetime="${utcOf(time)}" title="${plainUtc(time)}"><span class="age">${ageText(now - Date.parse(time))}</span></time>`;

const utcOf = (time: string): string => utcSeconds(new Date(time));

const plainUtc = (time: string): string => `${utcOf(time).slice(0, 19).replace('T', ' ')} UTC`;

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** A length of time in milliseconds, in the largest unit that fits: `10 minutes`. */
export function spanText(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms % size === 0) ?? ['millisecond', 1];
  return `${ms / size} ${unit}${ms === size ? '' : 's'}`;
}
