import type { Delivery } from '../domain/delivery.ts';
import { isIncomplete, type Report } from '../domain/report.ts';
import { type FailWord, fails, isUndecided } from './fail-on.ts';

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
  readonly pushes: readonly Delivery[];
  /** What fails the run where it counts as drift. */
  readonly failOn: readonly FailWord[];
  /** Drift does not fail the run; trouble still does. */
  readonly exitZero: boolean;
  /** It is no trouble if there is no server at all: the share of a machine may be empty. */
  readonly mayBeEmpty: boolean;
}

/**
 * The exit code of a run that was not interrupted. Where the policy asks for what Git could not say of a file, the
 * question was not answered, which is trouble.
 */
export function exitCodeOf({ report, deliveries, pushes, failOn, exitZero, mayBeEmpty }: Outcome): ExitCode {
  if (mayBeEmpty && report.servers.length === 0) return EXIT.inSync;
  const files = report.servers.flatMap(server => server.files);
  const undelivered = [...deliveries, ...pushes].some(({ outcome }) => outcome === 'failed');
  if (isIncomplete(report) || undelivered) return EXIT.trouble;
  if (files.some(file => isUndecided(file, failOn))) return EXIT.trouble;
  return files.some(file => fails(file, failOn)) && !exitZero ? EXIT.drift : EXIT.inSync;
}

/** The exit code of a run that a signal has ended; null as long as none has. */
export function interruptedCode(signal: AbortSignal): ExitCode | null {
  if (!signal.aborted) return null;
  return signal.reason === 'SIGTERM' ? EXIT.SIGTERM : EXIT.SIGINT;
}
