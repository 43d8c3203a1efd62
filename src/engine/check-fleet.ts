// Many servers: bounded concurrency, one deadline for each server that starts when it is really tried, one deadline for
// the run. A server that misses either is UNKNOWN; what is known of the others is reported all the same.

import pLimit from 'p-limit';
import type { Failure } from '../domain/failure.ts';
import type { IgnoreRule } from '../domain/inventory.ts';
import { byPath, showPath } from '../domain/remote-path.ts';
import type { GitState, Report } from '../domain/report.ts';
import { watchText } from '../domain/watch.ts';
import { type Checked, checkServer, failedReport } from './check-server.ts';
import type { Ports, Target } from './ports.ts';

export interface Fleet {
  readonly repo: string;
  /** Asked once servers are being waited for: nothing that is asked of them depends on it. */
  readonly git: () => Promise<GitState | null>;
  readonly targets: readonly Target[];
  /** Rules of the inventory that should match something; empty when only some of its servers are checked. */
  readonly rules: readonly IgnoreRule[];
  /** What there is to say about the Git copies; safe to print. */
  readonly warnings: readonly string[];
}

export interface Limits {
  /** Servers asked at the same time. */
  readonly concurrency: number;
  /** Milliseconds for the whole run. */
  readonly timeoutMs: number;
  /** Ends the run early; the reason is a signal's name. */
  readonly signal: AbortSignal;
}

/** Checks all targets and reports on every one of them. */
export async function checkFleet(fleet: Fleet, ports: Ports, limits: Limits): Promise<Report> {
  const startedAt = ports.now();
  const run = startRun(limits);
  const { signal } = run;
  const limit = pLimit(limits.concurrency);
  const [checked, git] = await Promise.all([
    Promise.all(fleet.targets.map(target => limit(() => checkInTime(target)))),
    // A turn later, when the first connects are under way: to start a process takes as long as they do.
    new Promise(setImmediate).then(fleet.git),
  ]);
  run.stop();
  return {
    repo: fleet.repo,
    git,
    startedAt,
    finishedAt: ports.now(),
    servers: checked.map(({ report }) => report).sort((a, b) => byPath(a.server, b.server)),
    warnings: [...fleet.warnings, ...unusedRules(fleet.rules, checked)],
  };

  async function checkInTime(target: Target): Promise<Checked> {
    const tried = ports.now();
    if (signal.aborted) return given(target, tried, false);
    const checked = await checkServer(target, ports, signal);
    // The adapter reports how the connection ended; why it had to end is known here.
    return signal.aborted && checked.report.failure ? given(target, tried, true) : checked;
  }

  function given(target: Target, startedAt: Date, started: boolean): Checked {
    const failure: Failure = limits.signal.aborted
      ? { code: 'run/interrupted', signal: String(limits.signal.reason) }
      : { code: 'run/timeout', afterMs: limits.timeoutMs, started };
    return { report: failedReport({ target, startedAt, checkedAt: ports.now() }, failure), usedRules: [] };
  }
}

/** A signal that is aborted by the run's deadline or from outside, until stopped. */
function startRun(limits: Limits): { readonly signal: AbortSignal; readonly stop: () => void } {
  const run = new AbortController();
  const abort = (): void => run.abort();
  const timer = setTimeout(abort, limits.timeoutMs);
  limits.signal.addEventListener('abort', abort);
  if (limits.signal.aborted) abort();
  return {
    signal: run.signal,
    stop: () => {
      clearTimeout(timer);
      limits.signal.removeEventListener('abort', abort);
    },
  };
}

/** Rules that matched nowhere, though every server was compared. */
function unusedRules(rules: readonly IgnoreRule[], checked: readonly Checked[]): readonly string[] {
  if (checked.some(({ report }) => report.failure)) return [];
  const used = new Set(checked.flatMap(({ usedRules }) => usedRules));
  return rules
    .filter(rule => !used.has(rule))
    .map(rule => `the ignore rule for ${showPath(watchText(rule.watch))} matches nothing (${rule.reason})`);
}
