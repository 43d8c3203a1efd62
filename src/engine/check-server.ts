import { questionFor } from '../domain/ask.ts';
import { compare } from '../domain/compare.ts';
import type { Failure } from '../domain/failure.ts';
import type { FileVerdict } from '../domain/file-verdict.ts';
import { applyIgnore } from '../domain/ignore.ts';
import type { IgnoreRule } from '../domain/inventory.ts';
import { reloadOf } from '../domain/reload.ts';
import type { ServerReport, SyncStatus } from '../domain/report.ts';
import { unwatchedIncludes } from '../domain/unwatched-includes.ts';
import { unaskedPackages, warningsOf } from '../domain/warnings.ts';
import { isFailure, type Ports, type Target } from './ports.ts';
import { type Taken, takeSnapshot } from './take-snapshot.ts';

/** The report on one server, and the ignore rules that matched there. */
export interface Checked {
  readonly report: ServerReport;
  readonly usedRules: readonly IgnoreRule[];
}

/** Checks one server: connect, ask, compare. Its trouble is a value in the report, never a throw. */
export async function checkServer(target: Target, ports: Ports, signal: AbortSignal): Promise<Checked> {
  const startedAt = ports.now();
  const asked = await askServer(target, ports, signal);
  return judge({ target, startedAt, checkedAt: ports.now() }, asked);
}

/** Compares what a server said, if it said anything, with its Git copies. */
export function judge(about: About, asked: Taken | Failure): Checked {
  const { server, copies } = about.target;
  if (isFailure(asked)) return { report: failedReport(about, asked), usedRules: [] };

  const all = compare(server.scope, copies, asked.snapshot);
  const after = applyIgnore(all, server.scope.ignore, about.checkedAt.toISOString().slice(0, 10));
  const expected = after.files.filter(file => file.git !== null);
  if (expected.length === 0) {
    const detail = copies.size === 0 ? 'there are no Git copies' : 'every Git copy is ignored';
    const report = failedReport(about, { code: 'check/nothing-to-compare', detail });
    return { report: { ...report, ignored: after.ignored }, usedRules: after.used };
  }
  return {
    report: {
      ...header(about),
      status: statusOf(after.files),
      failure: null,
      answeredBy: asked.answeredBy,
      expected: expected.length,
      compared: expected.filter(file => file.verdict !== 'not-compared').length,
      files: after.files,
      ignored: after.ignored,
      reload: reloadOf(asked.snapshot, server.scope.service, about.checkedAt),
      warnings: [
        ...asked.warnings,
        ...(asked.answeredBy === null ? unaskedPackages(after.files, server.scope.unmanaged) : []),
        ...after.warnings,
        ...warningsOf(after.files),
        ...unwatchedIncludes(all, server.scope.watch),
      ],
    },
    usedRules: after.used,
  };
}

async function askServer(target: Target, ports: Ports, signal: AbortSignal): Promise<Taken | Failure> {
  const { server, destination, copies } = target;
  const connection = await ports.connect(destination, signal);
  if (isFailure(connection)) return connection;
  try {
    const question = questionFor(server.scope, copies);
    const taken = await takeSnapshot(connection, question, { destination, ports });
    if (isFailure(taken)) return taken;
    return { ...taken, warnings: [...connection.warnings, ...taken.warnings] };
  } finally {
    connection.close();
  }
}

/** OUT_OF_SYNC as soon as one counted drift is known, else UNKNOWN when anything was not compared. */
function statusOf(files: readonly FileVerdict[]): SyncStatus {
  if (files.some(file => file.counted)) return 'OUT_OF_SYNC';
  return files.some(file => file.verdict === 'not-compared') ? 'UNKNOWN' : 'SYNCED';
}

/** A server that was asked, and when. */
export interface About {
  readonly target: Target;
  readonly startedAt: Date;
  readonly checkedAt: Date;
}

const header = ({ target, startedAt, checkedAt }: About) => ({
  server: target.server.name,
  host: target.destination.host,
  port: target.destination.port,
  user: target.destination.user,
  checkedAt,
  durationMs: checkedAt.getTime() - startedAt.getTime(),
});

/** The report on a server that could not be compared. */
export const failedReport = (about: About, failure: Failure): ServerReport => ({
  ...header(about),
  status: 'UNKNOWN',
  failure,
  answeredBy: null,
  expected: 0,
  compared: 0,
  files: [],
  ignored: [],
  reload: null,
  warnings: [],
});
