// What is known of the servers of a watch: the verdicts that stand, for the line on the terminal, and what the last round
// of each said, for the end.

import { PATIENCE } from '../domain/damping.ts';
import type { ServerReport, SyncStatus } from '../domain/report.ts';
import { withoutContents } from '../domain/without-contents.ts';
import type { Round } from '../engine/watch-server.ts';
import type { WatchState } from '../render/watch-line.ts';

export interface WatchVerdicts {
  readonly enter: (round: Round) => void;
  /** Forgets all servers but these. */
  readonly keep: (servers: ReadonlySet<string>) => readonly string[];
  readonly state: (total: number) => WatchState;
  /** Of the last round of each server, without contents. */
  readonly reports: () => readonly ServerReport[];
}

interface Known {
  readonly report: ServerReport;
  readonly status: SyncStatus | null;
  /** It did not answer, and is not called UNKNOWN for it yet. */
  readonly waitedFor: boolean;
}

export function createWatchVerdicts(): WatchVerdicts {
  const known = new Map<string, Known>();
  let lastRound: Date | null = null;
  return {
    enter: ({ report, state }) => {
      lastRound = report.checkedAt;
      known.set(report.server, {
        report: withoutContents(report),
        status: state.verdict?.status ?? null,
        waitedFor: state.failures > 0 && state.failures < PATIENCE,
      });
    },
    keep: servers => {
      const gone = [...known.keys()].filter(name => !servers.has(name));
      for (const name of gone) known.delete(name);
      return gone;
    },
    state: total => {
      const counts: Record<SyncStatus, number> = { SYNCED: 0, OUT_OF_SYNC: 0, UNKNOWN: 0 };
      for (const { status } of known.values()) if (status !== null) counts[status] += 1;
      const waitedFor = [...known].filter(([, one]) => one.waitedFor).map(([name]) => name);
      return { total, counts, lastRound, waitedFor };
    },
    reports: () => [...known.values()].map(({ report }) => report),
  };
}
