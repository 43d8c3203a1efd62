// How far a run is: one line that is rewritten on a terminal, or a line for every finished server in a log.

import { escapeText } from '../domain/escape.ts';
import { driftedFiles, type ServerReport } from '../domain/report.ts';
import { plural } from './text.ts';

/** Counts of servers. */
export interface Progress {
  readonly total: number;
  readonly done: number;
  readonly drifted: number;
  readonly unknown: number;
  readonly running: number;
  /** The server that has been asked for the longest time; null if none is being asked. */
  readonly slowest: { readonly server: string; readonly ms: number } | null;
}

/** A server that takes longer is named. */
const SLOW_MS = 2000;

/** One line without its end, of fewer columns than `columns`: in the last one a terminal might go to the next line. */
export function progressLine(progress: Progress, columns: number): string {
  const { total, done, drifted, unknown, running, slowest } = progress;
  const slow =
    slowest && slowest.ms >= SLOW_MS
      ? `; ${escapeText(slowest.server)} for ${Math.floor(slowest.ms / 1000)} s`
      : '';
  const line = `${done}/${total} done, ${drifted} drifted, ${unknown} unknown, ${running} running${slow}`;
  return cut(line, Math.max(0, columns - 1));
}

/** The beginning of a line that fits. Wide characters take two columns; whatever is not plain ASCII is taken for wide. */
export function cut(line: string, columns: number): string {
  let width = 0;
  let end = 0;
  for (const char of line) {
    width += char <= '~' ? 1 : 2;
    if (width > columns) return line.slice(0, end);
    end += char.length;
  }
  return line;
}

/** `3/10 relay-1: OUT_OF_SYNC, 2 drifted files, 41 ms`, or the code of the failure. */
export function finishedLine(
  server: ServerReport,
  { done, total }: Pick<Progress, 'done' | 'total'>,
): string {
  const drifted = driftedFiles(server).length;
  const parts = [
    server.status,
    ...(server.failure ? [server.failure.code] : []),
    ...(drifted > 0 ? [plural(drifted, 'drifted file')] : []),
    `${server.durationMs} ms`,
  ];
  return `sshdrift: ${done}/${total} ${escapeText(server.server)}: ${parts.join(', ')}\n`;
}
