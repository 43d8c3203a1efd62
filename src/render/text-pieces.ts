// A text report is written in pieces, so that the part of one server can be shown while others are still being checked.
// Each piece ends with a newline and is empty if there is nothing to say; a blank line parts them.

import { byPath } from '../domain/remote-path.ts';
import type { GitState, Report, ServerReport } from '../domain/report.ts';

/** What is known of a run when it begins. */
export type ReportStart = Pick<Report, 'repo' | 'git' | 'startedAt'>;

export interface TextPieces {
  /** Comes first. */
  readonly head: (start: ReportStart) => string;
  /** One server's part. */
  readonly server: (server: ServerReport, git: GitState | null) => string;
  /** Comes last: what there is to say about all of them. */
  readonly tail: (report: Report) => string;
}

/** One piece that follows others. */
export const piece = (lines: readonly string[]): string => `\n${lines.join('\n')}\n`;

/** The whole report, sorted by server. */
export const wholeText = (report: Report, { head, server, tail }: TextPieces): string =>
  [
    head(report),
    ...report.servers.toSorted((a, b) => byPath(a.server, b.server)).map(one => server(one, report.git)),
    tail(report),
  ].join('');
