// When a server is asked again. Rounds stand on a grid of its own, so that a fleet is not asked all at once and no delay
// adds up; after trouble it is left alone for longer and longer, at random, so that those that failed together do not come
// back together.

import { createHash } from 'node:crypto';

/** Milliseconds: no server is left alone for longer, unless the interval itself is longer. */
const LONGEST_MS = 120_000;

/**
 * The part of the interval, from 0 to below 1, after which a server's rounds come: the second four bytes of the SHA-256 of
 * its name, since by the first four fleets are shared out (`--shard`).
 */
export const phaseOf = (name: string): number =>
  createHash('sha256').update(name).digest().readUInt32BE(4) / 2 ** 32;

/** Milliseconds on one clock. */
export interface Grid {
  readonly startedAt: number;
  readonly intervalMs: number;
  readonly phase: number;
}

/** The next time on the grid that lies after `now`; what a long round has missed is left out. */
export function nextOnGrid({ startedAt, intervalMs, phase }: Grid, now: number): number {
  const first = startedAt + phase * intervalMs;
  return first + Math.max(0, Math.floor((now - first) / intervalMs) + 1) * intervalMs;
}

/**
 * Milliseconds to wait after so many failed rounds in a row, at least 1: one interval and, but for the first, a random part
 * of 1, 3, 7… more, in all at most two minutes or one interval. `random` is in [0, 1).
 */
export function backoffMs(failures: number, intervalMs: number, random: number): number {
  const longest = Math.max(intervalMs, Math.min(LONGEST_MS, intervalMs * 2 ** (failures - 1)));
  return intervalMs + random * (longest - intervalMs);
}
