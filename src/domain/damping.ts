// What a watch says of one server, round by round, and what it keeps to itself: a server that misses a round or two is
// not unknown yet, and one that changes all the time is said to, once, instead of with every change.

import type { SyncStatus } from './report.ts';

/** Failed rounds in a row after which a server is UNKNOWN. */
export const PATIENCE = 3;
/** Changes within the last {@link FLAP_ROUNDS} rounds that are each told; with one more the server flaps. */
export const FLAP_CHANGES = 3;
export const FLAP_ROUNDS = 10;
/** Rounds without a change after which a server that flapped is steady. */
export const STEADY_ROUNDS = 5;

/** What a round, or several, found out: the same `fingerprint` is the same drift; null without any. */
export interface Seen {
  readonly status: SyncStatus;
  readonly fingerprint: string | null;
}

export interface Damping {
  /** The verdict that stands; null as long as there was none. */
  readonly verdict: Seen | null;
  /** Failed rounds in a row, counted up to {@link PATIENCE}. */
  readonly failures: number;
  /** How many rounds ago the verdict changed, the latest change first; none older than {@link FLAP_ROUNDS}. */
  readonly changes: readonly number[];
  readonly flaps: boolean;
}

/** What a round is to be told as; `quiet` is nothing new, or something that is held back. */
export type Word = 'first' | 'changed' | 'flapping' | 'steady' | 'quiet';

export const UNDAMPED: Damping = { verdict: null, failures: 0, changes: [], flaps: false };

/** Takes in one round. Its status is UNKNOWN if the server, or a file that is expected there, could not be compared. */
export function damp(before: Damping, seen: Seen): { readonly state: Damping; readonly word: Word } {
  const failed = seen.status === 'UNKNOWN';
  const failures = failed ? Math.min(PATIENCE, before.failures + 1) : 0;
  const verdict = failed && failures < PATIENCE ? before.verdict : seen;
  const changed = before.verdict !== null && !isSame(before.verdict, verdict);
  const older = before.changes.map(age => age + 1).filter(age => age < FLAP_ROUNDS);
  const changes = changed ? [0, ...older] : older;
  const state = { verdict, failures, changes };

  if (before.flaps) {
    // Only in a round that the verdict comes from.
    const steady = verdict === seen && (changes[0] ?? STEADY_ROUNDS) >= STEADY_ROUNDS;
    return steady
      ? { state: { ...state, changes: [], flaps: false }, word: 'steady' }
      : { state: { ...state, flaps: true }, word: 'quiet' };
  }
  if (changes.length > FLAP_CHANGES) return { state: { ...state, flaps: true }, word: 'flapping' };
  const first = before.verdict === null && verdict !== null;
  return { state: { ...state, flaps: false }, word: first ? 'first' : changed ? 'changed' : 'quiet' };
}

const isSame = (a: Seen, b: Seen | null): boolean =>
  b !== null && a.status === b.status && a.fingerprint === b.fingerprint;
