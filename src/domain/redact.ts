import type { KeyGlobs } from './redact-keys.ts';
import { secretsByForm } from './redact-rules.ts';
import type { Span } from './redact-span.ts';
import { secretsByKey } from './redact-values.ts';

/** Hides the secrets of a whole file text. */
export type Redact = (text: string) => string;

/**
 * Makes a function that replaces every secret by `[secret N]`. Equal secrets get equal numbers, in the order in which
 * this one redactor met them: Git's and the server's version of a file go through the same redactor, so that a changed
 * secret is seen to differ while nothing about it is told. Give it whole texts, since values may span lines. `also` are
 * names of secrets that the operator added.
 */
export function createRedactor(also: KeyGlobs = []): Redact {
  const numbers = new Map<string, number>();
  return text => hide(text, secretsIn(text, also), numbers);
}

function hide(text: string, spans: readonly Span[], numbers: Map<string, number>): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    const secret = text.slice(start, end);
    const number = numbers.get(secret) ?? numbers.size + 1;
    numbers.set(secret, number);
    parts.push(text.slice(at, start), `[secret ${number}]`);
    at = end;
  }
  return parts.join('') + text.slice(at);
}

/**
 * Hides secrets in a text that quotes others: what a server, a program or a receiver said, or an operator wrote. Such a
 * text may be part of another one, so what is hidden already stays as it is.
 */
export const hideSecrets = (text: string): string => {
  const spans = secretsIn(text, []).filter(
    ({ start }) => !isHidden(text, start) && !isHidden(text, start - 1),
  );
  return hide(text, spans, new Map());
};

const isHidden = (text: string, at: number): boolean =>
  /^\[secret \d+\]/.test(text.slice(Math.max(0, at), at + 20));

/** Hides a value that stands behind a key, if it is secret there: for texts in which the two do not stand together. */
export function hideValue(key: string, value: string): string {
  const before = `${key}: `;
  const both = hideSecrets(before + value);
  return both.startsWith(before) ? both.slice(before.length) : '[secret 1]';
}

/** The numbers of the lines (from 1) that {@link createRedactor} would change, wholly or in part. */
export function secretLines(text: string, also: KeyGlobs): ReadonlySet<number> {
  const lines = new Set<number>();
  let line = 1;
  let at = 0;
  for (const { start, end } of secretsIn(text, also)) {
    for (; at < start; at += 1) if (text[at] === '\n') line += 1;
    lines.add(line);
    for (; at < end; at += 1) {
      if (text[at] !== '\n') continue;
      line += 1;
      if (at + 1 < end) lines.add(line);
    }
  }
  return lines;
}

const secretsIn = (text: string, also: KeyGlobs): readonly Span[] =>
  united([...secretsByKey(text, also), ...secretsByForm(text, also)]);

/** Sorts spans and joins those that overlap; empty ones are dropped. */
function united(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans.filter(s => s.end > s.start).sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && span.start < last.end)
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else result.push(span);
  }
  return result;
}
