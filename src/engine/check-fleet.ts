// Many servers: bounded at once, one deadline for each server that starts when it is really tried, one deadline for the
// run. A server that misses either is UNKNOWN; what is known of the others is reported all the same.

import type { Failure } from '../domain/failure.ts';
import type { IgnoreRule } from '../domain/inventory.ts';
import { byPath, showPath } from '../domain/remote-path.ts';
import type { GitState, Report, ServerReport } from '../domain/report.ts';
import { watchText } from '../domain/watch.ts';
import { type Checked, checkServer, failedReport } from './check-server.ts';
import type { Ports, Target } from './ports.ts';
import { type Bound, createSlots } from './slots.ts';
import { untilAborted } from './until-aborted.ts';
import { wayOf } from './way-of.ts';

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

/** Told of every server while the run goes on. */
export interface Follower {
  /** It is being connected with. Not every server is: the run may end before. */
  readonly tried: (server: string) => void;
  /** Takes what came of it, once for every server, as they finish; the report keeps what this resolves with. */
  readonly checked: (report: ServerReport) => Promise<ServerReport>;
}

/** How a run goes. */
export interface Run {
  /** Servers asked at the same time. */
  readonly atOnce: Bound;
  /** Milliseconds for asking servers; following and reporting come after. */
  readonly timeoutMs: number;
  /** Ends the run early; the reason is a signal's name. */
  readonly signal: AbortSignal;
  readonly follower: Follower | null;
}

/** Checks all targets and reports on every one of them. */
export async function checkFleet(fleet: Fleet, ports: Ports, run: Run): Promise<Report> {
  const startedAt = ports.now();
  const { signal, stop } = startRun(run);
  const slots = createSlots(run.atOnce);
  const used = new Set<IgnoreRule>();
  const [servers, git] = await Promise.all([
    Promise.all(fleet.targets.map(checkInTurn)).finally(stop),
    // A turn later, when the first connects are under way: to start a process takes as long as they do.
    new Promise(setImmediate).then(fleet.git),
  ]);
  return {
    repo: fleet.repo,
    git,
    startedAt,
    finishedAt: ports.now(),
    servers: servers.sort((a, b) => byPath(a.server, b.server)),
    warnings: [...fleet.warnings, ...unusedRules(fleet.rules, servers, used)],
  };

  async function checkInTurn(target: Target): Promise<ServerReport> {
    const release = await slots.take(wayOf(target.destination));
    const { report, usedRules } = await checkInTime(target).finally(release);
    for (const rule of usedRules) used.add(rule);
    return run.follower?.checked(report) ?? report;
  }

  async function checkInTime(target: Target): Promise<Checked> {
    const tried = ports.now();
    if (signal.aborted) return given(target, tried, false);
    run.follower?.tried(target.server.name);
    const late = (): Checked => given(target, tried, true);
    const checked = await untilAborted(checkServer(target, ports, signal), signal, late);
    // The adapter reports how the connection ended; why it had to end is known here.
    return signal.aborted && checked.report.failure ? late() : checked;
  }

  function given(target: Target, startedAt: Date, started: boolean): Checked {
    const failure: Failure = run.signal.aborted
      ? { code: 'run/interrupted', signal: String(run.signal.reason) }
      : { code: 'run/timeout', afterMs: run.timeoutMs, started };
    return { report: failedReport({ target, startedAt, checkedAt: ports.now() }, failure), usedRules: [] };
  }
}

/** A signal that is aborted by the run's deadline or from outside, until stopped. */
function startRun(run: Run): { readonly signal: AbortSignal; readonly stop: () => void } {
  const ending = new AbortController();
  const abort = (): void => ending.abort();
  const timer = setTimeout(abort, run.timeoutMs);
  run.signal.addEventListener('abort', abort);
  if (run.signal.aborted) abort();
  return {
    signal: ending.signal,
    stop: () => {
      clearTimeout(timer);
      run.signal.removeEventListener('abort', abort);
    },
  };
}

/** Rules that matched nowhere, though every server was compared. */
function unusedRules(
  rules: readonly IgnoreRule[],
  servers: readonly ServerReport[],
  used: ReadonlySet<IgnoreRule>,
): readonly string[] {
  if (servers.some(({ failure }) => failure)) return [];
  return rules
    .filter(rule => !used.has(rule))
    .map(rule => `the ignore rule for ${showPath(watchText(rule.watch))} matches nothing (${rule.reason})`);
}
