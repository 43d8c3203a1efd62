// Shows on stderr how far a run is. Whatever else is written, or asked, meanwhile goes through the world that is handed
// out here, so that the line is taken away before and comes back after.

import type { ServerReport } from '../domain/report.ts';
import type { Follower } from '../engine/check-fleet.ts';
import { finishedLine, progressLine } from '../render/progress.ts';
import { readEnvironment } from './environment.ts';
import type { Output, Terminal, World } from './world.ts';

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

export interface ShownProgress extends Pick<Follower, 'tried'> {
  readonly finished: (server: ServerReport) => void;
  /** To be used for everything until the end. */
  readonly world: World;
  /** Takes the line away for good; safe to call twice. */
  readonly end: () => void;
}

/** Milliseconds between two looks of the line; a run that is over sooner shows none. */
const EVERY_MS = 100;
const CLEAR = '\r\u001b[K';

/** Begins to show the progress of so many servers. */
export function showProgress(kind: ProgressKind, total: number, world: World): ShownProgress {
  const counts = { done: 0, drifted: 0, unknown: 0 };
  /** In the order in which they began, so that the first one has taken the longest. */
  const running = new Map<string, number>();
  let visible = false;
  let asking = 0;

  const clear = (): void => {
    if (visible) world.stderr.write(CLEAR);
    visible = false;
  };
  const draw = (): void => {
    if (asking > 0) return;
    const [first] = running;
    const slowest = first ? { server: first[0], ms: performance.now() - first[1] } : null;
    const line = progressLine({ ...counts, total, running: running.size, slowest }, world.stderr.columns());
    world.stderr.write(`${CLEAR}${line}`);
    visible = true;
  };
  const timer = kind === 'line' ? setInterval(draw, EVERY_MS) : undefined;
  const behind = (output: Output): Output => ({
    ...output,
    write: text => {
      const again = visible;
      clear();
      output.write(text);
      if (again) draw();
    },
  });
  const asksBehind = (terminal: Terminal): Terminal => ({
    ask: async (question, options) => {
      asking += 1;
      clear();
      return terminal.ask(question, options).finally(() => {
        asking -= 1;
      });
    },
  });
  return {
    tried: server => void running.set(server, performance.now()),
    finished: server => {
      running.delete(server.server);
      counts.done += 1;
      if (server.status === 'OUT_OF_SYNC') counts.drifted += 1;
      if (server.status === 'UNKNOWN') counts.unknown += 1;
      if (kind === 'log') world.stderr.write(finishedLine(server, { done: counts.done, total }));
    },
    world:
      kind !== 'line'
        ? world
        : {
            ...world,
            stdout: behind(world.stdout),
            stderr: behind(world.stderr),
            terminal: world.terminal && asksBehind(world.terminal),
          },
    end: () => {
      clearInterval(timer);
      clear();
    },
  };
}
