// Shows on stderr how far a run is.

import type { ServerReport } from '../domain/report.ts';
import type { Follower } from '../engine/check-fleet.ts';
import { finishedLine, progressLine } from '../render/progress.ts';
import { readEnvironment } from './environment.ts';
import { noStatusLine, type StatusLine, showStatusLine } from './status-line.ts';
import type { World } from './world.ts';

/** How progress is shown: a line that is rewritten, a line for every finished server, or not at all. */
export type ProgressKind = 'line' | 'log' | 'none';

export interface ProgressChoice {
  /** False with `--no-progress`. */
  readonly progress: boolean;
  readonly quiet: boolean;
  /** Servers are told on stdout as they finish: a log needs no second line about them. */
  readonly streamed: boolean;
}

/** What a run shows, by what it was told and where its stderr goes. */
export function progressKind({ progress, quiet, streamed }: ProgressChoice, world: World): ProgressKind {
  if (!progress || quiet) return 'none';
  const { TERM = 'dumb' } = world.env;
  if (world.stderr.isTTY && TERM !== 'dumb' && TERM !== '' && !readEnvironment(world.env).ci) return 'line';
  return streamed ? 'none' : 'log';
}

export interface ShownProgress extends Pick<Follower, 'tried'>, StatusLine {
  readonly finished: (server: ServerReport) => void;
}

/** Milliseconds between two looks of the line; a run that is over sooner shows none. */
const EVERY_MS = 100;

/** Begins to show the progress of so many servers. */
export function showProgress(kind: ProgressKind, total: number, world: World): ShownProgress {
  const counts = { done: 0, drifted: 0, unknown: 0 };
  /** In the order in which they began, so that the first one has taken the longest. */
  const running = new Map<string, number>();
  const line = (columns: number): string => {
    const [first] = running;
    const slowest = first ? { server: first[0], ms: performance.now() - first[1] } : null;
    return progressLine({ ...counts, total, running: running.size, slowest }, columns);
  };
  const shown = kind === 'line' ? showStatusLine({ line, everyMs: EVERY_MS }, world) : noStatusLine(world);
  return {
    ...shown,
    tried: server => void running.set(server, performance.now()),
    finished: server => {
      running.delete(server.server);
      counts.done += 1;
      if (server.status === 'OUT_OF_SYNC') counts.drifted += 1;
      if (server.status === 'UNKNOWN') counts.unknown += 1;
      if (kind === 'log') world.stderr.write(finishedLine(server, { done: counts.done, total }));
    },
  };
}
