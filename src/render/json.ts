// The report for programs: schema sshdrift/report/1. Changes are additive only; the order of the keys is part of what
// people get used to, so every object is written out here key by key.

import type { Delivery } from '../domain/delivery.ts';
import { failureText } from '../domain/failure-text.ts';
import { byPath } from '../domain/remote-path.ts';
import {
  driftedFiles,
  type GitState,
  type Ignored,
  type Report,
  runStatus,
  type ServerReport,
  type SyncStatus,
  utcSeconds,
} from '../domain/report.ts';
import type { DiffView } from '../domain/verdict-diff.ts';
import { jsonFile } from './json-file.ts';
import { jsonName } from './json-name.ts';
import { jsonText } from './json-text.ts';

/** How the JSON report is written. */
export interface JsonOptions extends DiffView {
  /** Version of sshdrift. */
  readonly version: string;
  /** Carry the diffs as text. */
  readonly diff: boolean;
  /** What became of the statuses; empty if none was to be posted. */
  readonly delivery: readonly Delivery[];
  /** What became of the pushes to a Pushgateway; empty if nothing was to be pushed. */
  readonly pushes: readonly Delivery[];
}

/** The whole report as one JSON document; ends with a newline. */
export function renderJson(report: Report, options: JsonOptions): string {
  const servers = report.servers.toSorted((a, b) => byPath(a.server, b.server));
  const document = {
    schema: 'sshdrift/report/1',
    tool: { name: 'sshdrift', version: options.version },
    repo: report.repo,
    git: report.git && jsonGit(report.git),
    started_at: utcSeconds(report.startedAt),
    finished_at: utcSeconds(report.finishedAt),
    sync_status: runStatus(report),
    counts: {
      servers: servers.length,
      synced: countOf(servers, 'SYNCED'),
      out_of_sync: countOf(servers, 'OUT_OF_SYNC'),
      unknown: countOf(servers, 'UNKNOWN'),
      drifted_files: servers.reduce((sum, server) => sum + driftedFiles(server).length, 0),
    },
    servers: servers.map(server => jsonServer(server, report.git, options)),
    delivery: options.delivery.map(jsonDelivery),
    pushes: options.pushes.map(jsonDelivery),
    warnings: report.warnings,
  };
  return jsonText(document, 2);
}

const countOf = (servers: readonly ServerReport[], status: SyncStatus): number =>
  servers.filter(server => server.status === status).length;

/** Where the copies come from. */
export const jsonGit = (git: GitState) => ({
  commit: git.commit,
  branch: git.branch,
  dirty: git.dirty,
  ref: git.ref,
});

/** One server of the report. */
export const jsonServer = (
  server: ServerReport,
  git: GitState | null,
  options: Omit<JsonOptions, 'version' | 'delivery' | 'pushes'>,
) => ({
  server: server.server,
  host: server.host,
  port: server.port,
  user: server.user,
  sync_status: server.status,
  last_check: utcSeconds(server.checkedAt),
  duration_ms: server.durationMs,
  failure: server.failure && { code: server.failure.code, ...failureText(server.failure) },
  files_expected: server.expected,
  files_compared: server.compared,
  drift_count: driftedFiles(server).length,
  files: server.files
    .toSorted((a, b) => byPath(a.name, b.name))
    .map(file => jsonFile(file, { server: server.server, git, view: options, diff: options.diff })),
  ignored: server.ignored.map(jsonIgnored),
  warnings: server.warnings,
  reload_needed: server.reload?.needed ?? null,
});

const jsonIgnored = ({ name, reason, until }: Ignored) => ({ ...jsonName(name), reason, until });

const jsonDelivery = (delivery: Delivery) => ({
  server: delivery.server,
  outcome: delivery.outcome,
  http_status: delivery.httpStatus,
  attempts: delivery.attempts,
  error: delivery.error,
});
