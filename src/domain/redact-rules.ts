// Secrets that no key announces: they are known by the form around them. Every expression is anchored or bounded, so
// that the work grows with the length of the text and not with its square.

import { keyKind } from './redact-keys.ts';

/** A secret stretch of a text, the end not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `$ActionLibdbiPassword x`, commented out or not: the rest of the line. */
function* directives(text: string): Generator<Span> {
  for (const match of text.matchAll(/^([ \t#]*(\$\w+)[ \t]+)(\S[^\n]*)$/gm)) {
    if (keyKind(match[2] ?? '') === null) continue;
    const value = (match[3] ?? '').trimEnd();
    const quoted = /^(["']).+\1$/.test(value) ? 1 : 0;
    const start = match.index + (match[1] ?? '').length;
    yield { start: start + quoted, end: start + value.length - quoted };
  }
}

/**
 * Other programs' files may be watched, too: `requirepass x` and `Password = x y`, where the first word of a line names the
 * secret and the rest of the line is it.
 */
function* namedLines(text: string): Generator<Span> {
  const line =
    /^([ \t]*([A-Za-z][\w.-]*)(?:[ \t]+(?=[^=])|[ \t]+=[ \t]*(?=[^"'`])))([^\s=:({[<>&|][^\n]*)$/gm;
  for (const match of text.matchAll(line)) {
    if (keyKind(match[2] ?? '') !== 'value') continue;
    const start = match.index + (match[1] ?? '').length;
    yield { start, end: start + (match[3] ?? '').trimEnd().length };
  }
}

/** `<password>x</password>` on one line. */
function* elements(text: string): Generator<Span> {
  for (const match of text.matchAll(/(<([A-Za-z][\w.-]{0,100})>)([^<\n]+)<\//g)) {
    if (keyKind(match[2] ?? '') === null) continue;
    const start = match.index + (match[1] ?? '').length;
    yield { start, end: start + (match[3] ?? '').length };
  }
}

/** `:ommysql:host,db,user,PASSWORD;template` and the older `>host,db,user,PASSWORD;template`. */
const LEGACY =
  /(?::om\w{1,20}:(?:[^,;\n]{0,255},){3}|(?<![^\s&])>[ \t]*[^\s,;>"'()=]{1,255},(?:[ \t]*[^\s,;>"'()]{0,255},){2})/g;

function* legacyActions(text: string): Generator<Span> {
  LEGACY.lastIndex = 0;
  for (let match = LEGACY.exec(text); match; match = LEGACY.exec(text)) {
    const start = match.index + match[0].length;
    const newline = text.indexOf('\n', start);
    const line = text.slice(start, newline === -1 ? text.length : newline);
    const semicolon = line.lastIndexOf(';');
    const hasTemplate = semicolon !== -1 && /^;[ \t]*[\w.-]+[ \t\r]*$/.test(line.slice(semicolon));
    yield { start, end: start + (hasTemplate ? line.slice(0, semicolon) : line).trimEnd().length };
    LEGACY.lastIndex = start + line.length;
  }
}

/** The password of `scheme://user:password@host`. */
function* urlPasswords(text: string): Generator<Span> {
  for (const match of text.matchAll(/(:\/\/[^\s:@/"<>]*:)([^\s/"<>]+)@/g)) {
    const start = match.index + (match[1] ?? '').length;
    yield { start, end: start + (match[2] ?? '').length };
  }
}

/** What stands between the BEGIN and END lines of a private key, or after a BEGIN without END. */
function* privateKeys(text: string): Generator<Span> {
  const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----/g;
  for (let match = begin.exec(text); match; match = begin.exec(text)) {
    const start = match.index + match[0].length;
    const end = text.indexOf('-----END', start);
    yield { start, end: end === -1 ? text.length : end };
    if (end === -1) return;
    begin.lastIndex = end;
  }
}

/** Customer tokens that log services want in a template: `[TOKEN@41058 …`, or `TOKEN <%pri%>…` at a string's start. */
function* serviceTokens(text: string): Generator<Span> {
  const token =
    /(?<=["'[ ])(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32,64})(?=@\d|[ ]<?%)/g;
  for (const match of text.matchAll(token)) yield { start: match.index, end: match.index + match[0].length };
}

/** Everything secret that is recognised by its form alone, in no particular order. */
export function* secretsByForm(text: string): Generator<Span> {
  yield* directives(text);
  yield* namedLines(text);
  yield* elements(text);
  yield* legacyActions(text);
  yield* urlPasswords(text);
  yield* privateKeys(text);
  yield* serviceTokens(text);
}
