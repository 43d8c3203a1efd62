// One server of a watch, round after round, until it is told to stop.

import { type Damping, damp, UNDAMPED, type Word } from '../domain/damping.ts';
import { fingerprintOf } from '../domain/extended-payload.ts';
import type { Failure } from '../domain/failure.ts';
import { driftedFiles, type ServerReport } from '../domain/report.ts';
import { backoffMs, type Grid, nextOnGrid, phaseOf } from '../domain/watch-pace.ts';
import { judge } from './check-server.ts';
import { pause } from './pause.ts';
import type { Ports, Target } from './ports.ts';
import type { Slots } from './slots.ts';
import { createStandingConnection, type StandingConnection } from './standing-connection.ts';
import type { Taken } from './take-snapshot.ts';
import { untilAborted } from './until-aborted.ts';
import { wayOf } from './way-of.ts';

/** What came of one round of one server. */
export interface Round {
  readonly report: ServerReport;
  /** What it is to be told as. */
  readonly word: Word;
  readonly state: Damping;
  /** The state before it. */
  readonly before: Damping;
}

/** What all servers of a watch share. */
export interface WatchTerms {
  readonly ports: Ports;
  /** For connecting; questions over connections that stand wait for nobody. */
  readonly slots: Slots;
  readonly intervalMs: number;
  /** Rounds after which the server is done; null for ever. */
  readonly rounds: number | null;
  /** In [0, 1). */
  readonly random: () => number;
  /** Told of each round; what it takes its time with delays nobody. */
  readonly took: (round: Round) => void;
}

/**
 * Asks a server in rounds; resolves when they are over or the signal is aborted, with its connection closed. `target` is
 * asked for in every round: Git copies change.
 */
export async function watchServer(
  target: () => Target,
  { ports, slots, intervalMs, rounds, random, took }: WatchTerms,
  signal: AbortSignal,
): Promise<void> {
  const standing = createStandingConnection(ports);
  const phase = phaseOf(target().server.name);
  const grid: Grid = { startedAt: performance.now(), intervalMs, phase };
  let state = UNDAMPED;
  let failed = 0;
  let due = grid.startedAt;
  for (let round = 1; !signal.aborted; round++) {
    const report = await untilAborted<ServerReport | null>(
      askInRound(target(), { ports, slots, standing }, signal),
      signal,
      () => null,
    );
    // What an interrupted round says is about us.
    if (report === null || signal.aborted) break;
    const before = state;
    const step = damp(before, seenIn(report));
    state = step.state;
    failed = report.status === 'UNKNOWN' ? failed + 1 : 0;
    took({ report, word: step.word, state, before });
    if (round === rounds) break;
    const now = performance.now();
    // Timers may be early by a part of a millisecond: what was due then is over.
    const past = Math.max(now, due);
    due = failed > 0 ? now + backoffMs(failed, intervalMs, random()) : nextOnGrid(grid, past);
    await pause(due - now, signal);
  }
  standing.close();
}

const seenIn = (report: ServerReport) => ({
  status: report.status,
  fingerprint: fingerprintOf(driftedFiles(report)),
});

interface Means extends Pick<WatchTerms, 'ports' | 'slots'> {
  readonly standing: StandingConnection;
}

/** A connection that was lost between two rounds is no failure: there is another one in the same round. */
async function askInRound(
  target: Target,
  { ports, slots, standing }: Means,
  signal: AbortSignal,
): Promise<ServerReport | null> {
  let startedAt = ports.now();
  const report = (asked: Taken | Failure): ServerReport =>
    judge({ target, startedAt, checkedAt: ports.now() }, asked).report;
  const again = await standing.askAgain(target);
  if (again !== null) return report(again);
  const release = await slots.take(wayOf(target.destination));
  try {
    if (signal.aborted) return null;
    startedAt = ports.now();
    return report(await standing.askAnew(target, signal));
  } finally {
    release();
  }
}
