// Finds the value of every key that announces a secret: `pwd="x"`, `pass = 'x'`, `"sasl.password=x"`, `password: x`,
// `httpheaders=[ "Name: x", … ]`. Where it is not certain how far a value reaches, more is hidden rather than less:
//
// - quoted in code: to the closing quotation mark, over several lines if need be (RainerScript allows that)
// - not quoted, the key within a string: to the end of that string or line
// - not quoted, in a comment or after a colon: to the end of the line (a commented-out password is still a password)
// - not quoted in code: to the next white space

import {
  type Context,
  createContextReader,
  createQuoteFinder,
  endOfEscapedQuotes,
  endOfToken,
  endOnLine,
} from './redact-context.ts';
import { IS_SECRET, type KeyGlobs, type KeyKind, keyKind } from './redact-keys.ts';
import type { Span } from './redact-span.ts';

interface Place {
  readonly text: string;
  readonly context: Context;
  readonly findQuote: (quote: string, from: number) => number;
}

/** Everything secret that a key announces, from left to right; spans may touch but not overlap. */
export function* secretsByKey(text: string, also: KeyGlobs): Generator<Span> {
  const contextAt = createContextReader(text);
  const findQuote = createQuoteFinder(text);
  const words = /[\w.$-]+/g;
  for (let word = words.exec(text); word; word = words.exec(text)) {
    const kind = keyKind(word[0], also);
    if (kind === null) continue;
    const context = contextAt(word.index);
    const value = valueAfter(text, words.lastIndex, word[0], context);
    if (value === null) continue;
    const place = { text, context: value.closed ? { ...context, quote: null } : context, findQuote };
    let end = value.start;
    for (const span of valueSpans(place, kind, value)) {
      if (!IS_SECRET[kind](text.slice(span.start, span.end))) continue;
      end = span.end;
      if (span.end > span.start) yield span;
    }
    words.lastIndex = Math.max(end, words.lastIndex);
  }
}

interface Value {
  readonly start: number;
  /** The key itself was quoted: its quotation mark is closed. */
  readonly closed: boolean;
  /** The separator was a colon, as in prose, headers and YAML. */
  readonly colon: boolean;
  /** `--password x` */
  readonly option: boolean;
}

// Comments may stand between a parameter's `=` and its value.
const IN_CODE =
  /(\\?["']|)(?:\s*(?:=[=>]?|!=|<>)\s*(?:(?:\/\*[^*]{0,200}\*\/|#[^\n]{0,200}\n)\s*)?|[ \t]*(:)(?!:|\/\/)[ \t]*)/y;
const IN_COMMENT = /(\\?["']|)[ \t]*(?:=[=>]?|(:)(?!:|\/\/))[ \t]*/y;
const OPTION = /[ \t]+(?=[^\s-])/y;
/** `PASSWORD 'x'`, as in SQL and ipsec.secrets; RainerScript has a word for some comparisons. */
const QUOTED_NEXT = /[ \t]+(?:(?:contains|startswith|endswith)(?:_i)?[ \t]+)?(?=(["'])[^\s"'])/y;

function valueAfter(text: string, at: number, key: string, context: Context): Value | null {
  const separator = matchAt(context.comment ? IN_COMMENT : IN_CODE, text, at);
  if (separator) {
    const start = at + separator[0].length;
    // An escaped quotation mark closes the key, and not the string that both are in.
    return { start, closed: separator[1]?.length === 1, colon: separator[2] !== undefined, option: false };
  }
  const next = matchAt(QUOTED_NEXT, text, at);
  if (next && next[1] !== context.quote)
    return { start: at + next[0].length, closed: false, colon: false, option: false };
  const space = key.startsWith('--') ? matchAt(OPTION, text, at) : null;
  return space && { start: at + space[0].length, closed: false, colon: false, option: true };
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}

function* valueSpans(place: Place, kind: KeyKind, value: Value): Generator<Span> {
  const { text } = place;
  const first = text[value.start] ?? '';
  if (first === '[' && place.context.quote === null) {
    yield* listSpans(place, kind, value.start + 1);
    return;
  }
  const quoted = quotedSpan(place, value.start);
  if (quoted) {
    yield kind === 'headers' ? afterHeaderName(text, quoted) : quoted;
    if (place.context.quote === null && !place.context.comment) yield* joinedSpans(place, quoted.end + 1);
    return;
  }
  const start = kind === 'authorization' ? afterScheme(text, value.start) : value.start;
  yield trimmed(text, { start, end: unquotedEnd(place, kind, { ...value, start }) });
}

/** What RainerScript joins to the string that ends before `from`: `"a" & $.b & "c"`. */
function* joinedSpans(place: Place, from: number): Generator<Span> {
  for (let at = from; ; ) {
    const and = matchAt(/\s*&\s*(?:[$!.\w]{1,100}\s*&\s*){0,10}(?=["'])/y, place.text, at);
    const quoted = and && quotedSpan(place, at + and[0].length);
    if (!quoted) return;
    yield quoted;
    at = quoted.end + 1;
  }
}

/** What stands between the quotation marks at `at`, or null if there are none that open a value here. */
function quotedSpan({ text, context, findQuote }: Place, at: number): Span | null {
  const escapedEnd = endOfEscapedQuotes(text, at);
  if (escapedEnd !== -1) return { start: at + 2, end: escapedEnd };
  const quote = text[at] ?? '';
  if (quote === '' || !`"'\``.includes(quote) || quote === context.quote) return null;
  const start = at + 1;
  const close = (from: number): number => {
    if (context.quote !== null) return endOnLine(text, from, quote + context.quote);
    if (context.comment) return endOnLine(text, from, quote);
    const end = findQuote(quote, from);
    return end === -1 ? endOnLine(text, from, '') : end;
  };
  let end = close(start);
  // SQL and YAML write a quotation mark within quotation marks twice.
  while (end > start && text[end] === quote && text[end + 1] === quote) end = close(end + 2);
  return { start, end };
}

function unquotedEnd({ text, context }: Place, kind: KeyKind, value: Value): number {
  if (!value.option) {
    if (context.quote !== null) return endOnLine(text, value.start, context.quote);
    if (context.comment || value.colon || kind === 'authorization') return endOnLine(text, value.start, '');
  }
  return endOfToken(text, value.start);
}

/**
 * The elements of `[ … ]`, those that are commented out too. Anything in it that is not quoted ends the list, at the end
 * of its line at the latest, unless it is a comment.
 */
function* listSpans(place: Place, kind: KeyKind, from: number): Generator<Span> {
  const { text } = place;
  for (let at = from; ; ) {
    const between = matchAt(/[\s,#]*/y, text, at)?.[0] ?? '';
    at += between.length;
    if (at >= text.length || text[at] === ']') return;
    const quoted = quotedSpan(place, at);
    if (!quoted) {
      const comment = /#[^\n]*$/.test(between);
      const end = endOnLine(text, at, comment ? '' : ']');
      yield trimmed(text, { start: at, end });
      if (!comment) return;
      at = end;
      continue;
    }
    yield kind === 'headers' ? afterHeaderName(text, quoted) : quoted;
    at = quoted.end + (text[quoted.end] === '\\' ? 2 : 1);
  }
}

/** Leaves `Name: ` of a header line readable. */
function afterHeaderName(text: string, span: Span): Span {
  const name = matchAt(/[\w-]{1,100}:[ \t]*/y, text, span.start)?.[0] ?? '';
  return name.length < span.end - span.start ? { start: span.start + name.length, end: span.end } : span;
}

/** Leaves the scheme of an Authorization header readable. */
const afterScheme = (text: string, at: number): number =>
  at + (matchAt(/(?:Basic|Bearer|Digest|Negotiate|Splunk|Token|ApiKey)[ \t]+/iy, text, at)?.[0].length ?? 0);

function trimmed(text: string, { start, end }: Span): Span {
  return { start, end: start + text.slice(start, end).trimEnd().length };
}
