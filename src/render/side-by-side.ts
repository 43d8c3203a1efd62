import type { DiffLine, Hunk } from '../domain/line-diff.ts';

/** One line of one side with its number, from 1. */
export interface SideLine {
  readonly number: number;
  readonly line: DiffLine;
}

/** A row of a diff with two columns; null where a side has no line. */
export interface SideRow {
  readonly git: SideLine | null;
  readonly server: SideLine | null;
}

/** Sets Git's and the server's lines side by side: of lines that were replaced the first stands by the first, and so on. */
export function sideBySide(hunk: Hunk): readonly SideRow[] {
  const rows: SideRow[] = [];
  let removed: SideLine[] = [];
  let added: SideLine[] = [];
  let git = hunk.gitStart;
  let server = hunk.serverStart;
  const flush = (): void => {
    for (let i = 0; i < Math.max(removed.length, added.length); i += 1)
      rows.push({ git: removed[i] ?? null, server: added[i] ?? null });
    removed = [];
    added = [];
  };
  for (const line of hunk.lines) {
    if (line.sign === ' ') {
      flush();
      rows.push({ git: { number: git, line }, server: { number: server, line } });
    }
    if (line.sign === '-') {
      // A removal after an addition begins another change.
      if (added.length > 0) flush();
      removed.push({ number: git, line });
    }
    if (line.sign === '+') added.push({ number: server, line });
    if (line.sign !== '+') git += 1;
    if (line.sign !== '-') server += 1;
  }
  flush();
  return rows;
}
