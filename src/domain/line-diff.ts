// What differs between Git's and the server's version of a file, line by line. This is for people to read: whether a file
// differs at all is decided by its hash and never here. The work is bounded, because the algorithm is quadratic in the
// number of differing lines and blocks everything else while it runs.

import { structuredPatch } from 'diff';
import { countLines, fileText, isBinary } from './file-text.ts';
import type { Redact } from './redact.ts';

/** One line of a hunk: `-` is Git's, `+` the server's, a space is both. Not escaped yet, without its newline. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
  /** The last line of its file, and no newline ends it. */
  readonly unfinished: boolean;
}

/** Differing lines and those around them. Starts are 1-based, and 0 where a side has no line, as in diff(1). */
export interface Hunk {
  readonly gitStart: number;
  readonly gitLines: number;
  readonly serverStart: number;
  readonly serverLines: number;
  readonly lines: readonly DiffLine[];
}

export type FileDiff =
  | {
      readonly kind: 'text';
      /** Lines only the server has, counted in the real file, redacted or not. */
      readonly added: number;
      /** Lines only Git has. */
      readonly removed: number;
      /** None if both sides are empty, or if they differ in nothing that may be shown. */
      readonly hunks: readonly Hunk[];
    }
  | { readonly kind: 'binary' }
  | { readonly kind: 'too-large'; readonly reason: string }
  /** The bytes of a side were not transferred. */
  | { readonly kind: 'unavailable' };

/** Two versions of one file, and how to show them. */
export interface DiffInput {
  /** Null if Git has no such file. */
  readonly git: Buffer | null;
  /** Null if the server has no such file. */
  readonly server: Buffer | null;
  /** Equal lines shown around each difference. */
  readonly context: number;
  /** Null shows secrets. */
  readonly redact: Redact | null;
}

const MAX_LINES = 20_000;
const LIMITS = { timeout: 300, maxEditLength: 1000 } as const;

/** Compares two versions of a file; takes at most about half a second. */
export function diffFile({ git, server, context, redact }: DiffInput): FileDiff {
  if ((git && isBinary(git)) || (server && isBinary(server))) return { kind: 'binary' };
  const real = { git: git && fileText(git), server: server && fileText(server) };
  const counts = [countLines(real.git ?? ''), countLines(real.server ?? '')] as const;
  if (Math.max(...counts) > MAX_LINES)
    return { kind: 'too-large', reason: `too many lines to show (${counts.join(' and ')})` };
  // Both sides are told apart by their bytes, but not as text: "\x80" spelt out against the byte 0x80.
  if (git && server && real.git === real.server && !git.equals(server)) return { kind: 'binary' };

  const shown = redact
    ? { git: real.git && redact(real.git), server: real.server && redact(real.server) }
    : real;
  const hunks = hunksOf(shown, context);
  const counted = shown.git === real.git && shown.server === real.server ? hunks : hunksOf(real, 0);
  if (!hunks || !counted) {
    const reason = `too different to show line by line (${counts.join(' and ')} lines)`;
    return { kind: 'too-large', reason };
  }
  return { kind: 'text', added: count(counted, '+'), removed: count(counted, '-'), hunks };
}

/** Git's and the server's text; null is a side without the file. */
export interface Texts {
  readonly git: string | null;
  readonly server: string | null;
}

/** The differences, or null if finding them would take too long. Lines end at newlines and nowhere else. */
export function hunksOf({ git, server }: Texts, context: number): readonly Hunk[] | null {
  if (git === null || server === null) return oneSided(git ?? server ?? '', git === null ? '+' : '-');
  const patch = structuredPatch('', '', git, server, '', '', { ...LIMITS, context });
  if (!patch) return null;
  return patch.hunks.map(hunk => ({
    gitStart: hunk.oldLines === 0 ? hunk.oldStart - 1 : hunk.oldStart,
    gitLines: hunk.oldLines,
    serverStart: hunk.newLines === 0 ? hunk.newStart - 1 : hunk.newStart,
    serverLines: hunk.newLines,
    lines: hunk.lines.flatMap((line, index, all) => {
      const sign = line[0];
      if (sign !== ' ' && sign !== '-' && sign !== '+') return [];
      return [{ sign, text: line.slice(1), unfinished: all[index + 1]?.startsWith('\\') ?? false }];
    }),
  }));
}

/** A file that only one side has needs no algorithm. */
function oneSided(text: string, sign: '-' | '+'): readonly Hunk[] {
  if (text === '') return [];
  const finished = text.endsWith('\n');
  const texts = (finished ? text.slice(0, -1) : text).split('\n');
  const lines = texts.map((line, i) => ({
    sign,
    text: line,
    unfinished: !finished && i === texts.length - 1,
  }));
  const here = { start: 1, lines: lines.length };
  const nowhere = { start: 0, lines: 0 };
  const [git, server] = sign === '-' ? [here, nowhere] : [nowhere, here];
  return [
    {
      gitStart: git.start,
      gitLines: git.lines,
      serverStart: server.start,
      serverLines: server.lines,
      lines,
    },
  ];
}

const count = (hunks: readonly Hunk[], sign: DiffLine['sign']): number =>
  hunks.reduce((sum, hunk) => sum + hunk.lines.filter(line => line.sign === sign).length, 0);
