// The result of a run, as data. Everything that leaves sshdrift (text, JSON, payload, exit code) is made from it.

import type { Failure } from './failure.ts';
import type { FileVerdict } from './file-verdict.ts';
import type { Become } from './inventory.ts';

/** OUT_OF_SYNC as soon as one counted drift is known; else UNKNOWN when anything expected was not compared. */
export type SyncStatus = 'SYNCED' | 'OUT_OF_SYNC' | 'UNKNOWN';

/** A path that an ignore rule took out of the comparison. `name` is below the root. */
export interface Ignored {
  readonly name: string;
  readonly reason: string;
  readonly until: string | null;
}

/** How an answer came about: as whom the probe ran, and what hashed the files (null: nothing, contents were sent). */
export interface AnsweredBy {
  readonly become: Become | null;
  readonly hashTool: string | null;
}

/** Since when the process that reads the files runs, and whether any of them changed later: a hint, never drift. */
export interface Reload {
  readonly service: string;
  readonly runningSince: Date;
  readonly needed: boolean;
}

/** What came of one server. `failure` set means that nothing was compared and `files` is empty. */
export interface ServerReport {
  readonly server: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly status: SyncStatus;
  /** Time of the comparison. */
  readonly checkedAt: Date;
  readonly durationMs: number;
  readonly failure: Failure | null;
  /** Null over SFTP, and without an answer. */
  readonly answeredBy: AnsweredBy | null;
  /** Git copies that should be on the server, ignored ones left out. */
  readonly expected: number;
  /** How many of those were really compared (a missing file was). */
  readonly compared: number;
  /** Every asked or found file, in-sync ones too, sorted by name. */
  readonly files: readonly FileVerdict[];
  readonly ignored: readonly Ignored[];
  /** Null where it cannot be told. */
  readonly reload: Reload | null;
  /** Sentences for the operator, already safe to print. */
  readonly warnings: readonly string[];
}

/** Where the Git copies come from. */
export interface GitState {
  /** Commit id in full. */
  readonly commit: string;
  /** Null when HEAD is detached. */
  readonly branch: string | null;
  /** The working tree differs from the commit in the Git copies. */
  readonly dirty: boolean;
  /** The revision whose copies were compared (`--ref`), as it was written; null for the working tree. */
  readonly ref: string | null;
}

/** One run over one or many servers, sorted by server name. */
export interface Report {
  readonly repo: string;
  readonly git: GitState | null;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly servers: readonly ServerReport[];
  readonly warnings: readonly string[];
}

/** The files that make a server OUT_OF_SYNC, sorted by name. */
export const driftedFiles = (server: ServerReport): readonly FileVerdict[] =>
  server.files.filter(f => f.counted);

/** The status of the run: one server out of sync makes it so, then one unknown (or no server at all) does. */
export function runStatus(report: Report): SyncStatus {
  if (report.servers.some(s => s.status === 'OUT_OF_SYNC')) return 'OUT_OF_SYNC';
  if (report.servers.length === 0 || report.servers.some(s => s.status === 'UNKNOWN')) return 'UNKNOWN';
  return 'SYNCED';
}

/** True if something that was asked for could not be compared, whatever else was found: the run exits 1. */
export const isIncomplete = (report: Report): boolean =>
  report.servers.length === 0 ||
  report.servers.some(s => s.status === 'UNKNOWN' || s.files.some(f => f.verdict === 'not-compared'));

/** UTC with whole seconds and `Z`, the only time format that leaves sshdrift. */
export const utcSeconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
