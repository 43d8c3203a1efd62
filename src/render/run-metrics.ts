// What a run leaves for node_exporter: the families of the status server, and what only the run knows.
//
// A server that could not be compared keeps the time of its last check from the file of the run before, so that it grows
// old, and an alert on its age has something to fire on. Series of the run itself are labelled with the name of the file:
// several files in one directory (shares, repositories) must not hold the same series.

import { toPayload } from '../domain/payload.ts';
import type { Report, ServerReport } from '../domain/report.ts';
import {
  buildInfo,
  LAST_CHECK,
  renderMetrics,
  renderSeries,
  serverLabels,
  statusMetrics,
} from './metrics.ts';

/** What is known beside the report. */
export interface RunFacts {
  /** Name of the file without its directory. */
  readonly file: string;
  /** What it says now; null for nothing. */
  readonly before: string | null;
  readonly exitCode: number;
  readonly version: string;
}

/** The text of the file. */
export function renderRunMetrics(report: Report, facts: RunFacts): string {
  const { repo } = report;
  const now = seconds(report.finishedAt.getTime());
  const earlier = lastChecks(facts.before ?? '');
  const measured = (servers: readonly ServerReport[], value: (server: ServerReport) => number) =>
    servers.map(server => ({ labels: serverLabels({ repo, server: server.server }), value: value(server) }));
  const answered = report.servers.filter(({ failure }) => failure === null);
  const labels = { repo, file: facts.file };
  const run = (value: number) => [{ labels, value }];
  const statuses = report.servers.map(server => toPayload(repo, server));
  return renderMetrics([
    ...statusMetrics(statuses, status => {
      if (status.sync_status !== 'UNKNOWN') return seconds(Date.parse(status.last_check));
      const before = earlier.get(renderSeries(LAST_CHECK, serverLabels(status)));
      // A time that is still to come would keep an alert on the age quiet until then.
      return before === undefined || before > now ? null : before;
    }),
    {
      name: 'gitops_expected_files',
      help: 'Git copies that should be on the server.',
      samples: measured(answered, server => server.expected),
    },
    {
      name: 'gitops_compared_files',
      help: 'Git copies that were really compared.',
      samples: measured(answered, server => server.compared),
    },
    {
      name: 'gitops_check_duration_seconds',
      help: 'How long the last check of the server took.',
      samples: measured(report.servers, server => seconds(server.durationMs)),
    },
    {
      name: 'sshdrift_run_exit_code',
      help: 'Exit code of the last run: 0 in sync, 2 drift, 1 trouble, 130 or 143 interrupted.',
      samples: run(facts.exitCode),
    },
    {
      name: 'sshdrift_run_finished_timestamp_seconds',
      help: 'Unix time at which the last run ended its checks.',
      samples: run(now),
    },
    {
      name: 'sshdrift_run_duration_seconds',
      help: 'How long the checks of the last run took.',
      samples: run(seconds(report.finishedAt.getTime() - report.startedAt.getTime())),
    },
    buildInfo(facts.version, labels),
  ]);
}

const seconds = (ms: number): number => Math.round(ms) / 1000;

/** Series and value of every last check in a text of ours; lines that are none are passed over. */
function lastChecks(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, series, value] = /^(.*\}) (\d+(?:\.\d+)?)$/.exec(line) ?? [];
    if (series?.startsWith(`${LAST_CHECK}{`)) found.set(series, Number(value));
  }
  return found;
}
