import { escapeText } from '../domain/escape.ts';
import type { DiffLine, FileDiff, Hunk } from '../domain/line-diff.ts';
import type { Style } from './style.ts';

/** What the two sides are called, e.g. `files/rsyslog.conf (Git 1a2b3c4d)`; null is a side without the file. */
export interface DiffLabels {
  readonly git: string | null;
  readonly server: string | null;
}

/** The lines of a unified diff, safe to print: `-` is Git, `+` is the server. None of them holds a newline. */
export function unifiedDiff(diff: FileDiff, labels: DiffLabels, style: Style): readonly string[] {
  return [
    style.heading(`--- ${escapeText(labels.git ?? '/dev/null')}`),
    style.heading(`+++ ${escapeText(labels.server ?? '/dev/null')}`),
    ...body(diff, style),
  ];
}

const REMARKS: {
  readonly [K in FileDiff['kind']]: (diff: Extract<FileDiff, { kind: K }>) => string | null;
} = {
  text: diff => {
    if (diff.hunks.length > 0) return null;
    return diff.added + diff.removed === 0 ? '(empty)' : '(differs only in what is hidden)';
  },
  binary: () => '(not shown: not text)',
  'too-large': diff => `(not shown: ${diff.reason})`,
  unavailable: () => '(not shown: too large)',
};

/** What stands in the place of a diff that has no lines to show; null if it has some. */
export const diffRemark = (diff: FileDiff): string | null =>
  (REMARKS[diff.kind] as (d: FileDiff) => string | null)(diff);

function body(diff: FileDiff, style: Style): readonly string[] {
  const remark = diffRemark(diff);
  if (remark !== null) return [remark];
  return diff.kind === 'text' ? diff.hunks.flatMap(hunk => hunkLines(hunk, style)) : [];
}

function hunkLines(hunk: Hunk, style: Style): readonly string[] {
  return [
    style.position(hunkRange(hunk)),
    ...hunk.lines.flatMap(line => {
      const shown = paint(line, style);
      return line.unfinished ? [shown, '\\ No newline at end of file'] : [shown];
    }),
  ];
}

/** Where a hunk stands on both sides: `@@ -4,7 +4,7 @@`. */
export const hunkRange = (hunk: Hunk): string =>
  `@@ ${range('-', hunk.gitStart, hunk.gitLines)} ${range('+', hunk.serverStart, hunk.serverLines)} @@`;

const range = (sign: string, start: number, lines: number): string =>
  lines === 1 ? `${sign}${start}` : `${sign}${start},${lines}`;

function paint({ sign, text }: DiffLine, style: Style): string {
  const line = `${sign}${showLine(text)}`;
  if (sign === ' ') return line;
  return sign === '+' ? style.added(line) : style.removed(line);
}

/** One line of a file, safe to print: a tab stays, a carriage return is shown as `\r`. */
export const showLine = (text: string): string =>
  text.replace(/[^\t]+/g, part => part.split('\r').map(escapeText).join('\\r'));
