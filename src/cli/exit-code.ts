import type { Delivery } from '../domain/delivery.ts';
import type { Verdict } from '../domain/file-verdict.ts';
import { isIncomplete, type Report } from '../domain/report.ts';

/** Fixed for ever; README and `--help` print the same table. Trouble (1) wins over drift (2). */
export const EXIT = {
  inSync: 0,
  trouble: 1,
  drift: 2,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Outcome {
  readonly report: Report;
  readonly deliveries: readonly Delivery[];
  /** Verdicts that fail the run where they count as drift. */
  readonly failOn: readonly Verdict[];
  /** Drift does not fail the run; trouble still does. */
  readonly exitZero: boolean;
}

/** The exit code of a run that was not interrupted. */
export function exitCodeOf({ report, deliveries, failOn, exitZero }: Outcome): ExitCode {
  if (isIncomplete(report) || deliveries.some(delivery => delivery.outcome === 'failed')) return EXIT.trouble;
  const drifted = report.servers.some(s => s.files.some(f => f.counted && failOn.includes(f.verdict)));
  return drifted && !exitZero ? EXIT.drift : EXIT.inSync;
}
