// Secrets that no key announces: they are known by the form around them. Every expression is anchored or bounded, so
// that the work grows with the length of the text and not with its square.

import { type KeyGlobs, keyKind, namesService } from './redact-keys.ts';
import { loginLines, programOptions, secretsInProse, sqlPasswords } from './redact-programs.ts';
import type { Span } from './redact-span.ts';
import { knownTokens } from './redact-tokens.ts';
import { urlLogins } from './redact-urls.ts';
import { yamlValues } from './redact-yaml.ts';

/** `$ActionLibdbiPassword x`, commented out or not: the rest of the line. */
function* directives(text: string, also: KeyGlobs): Generator<Span> {
  for (const match of text.matchAll(/^([ \t#]*(\$\w+)[ \t]+)(\S[^\n]*)$/gm)) {
    if (!isSecretName(match[2] ?? '', also)) continue;
    const value = (match[3] ?? '').trimEnd();
    const quoted = /^(["']).+\1$/.test(value) ? 1 : 0;
    const start = match.index + (match[1] ?? '').length;
    yield { start: start + quoted, end: start + value.length - quoted };
  }
}

const isSecretName = (name: string, also: KeyGlobs): boolean =>
  ['value', 'headers', 'authorization'].includes(keyKind(name, also) ?? '');

/**
 * Other programs' files may be watched, too: `requirepass x`, `Password = x y` and LDIF's `userPassword:: x`, where the
 * first word of a line names the secret and the rest of the line is it.
 */
function* namedLines(text: string, also: KeyGlobs): Generator<Span> {
  const line =
    /^([ \t]*([A-Za-z][\w.-]*)(?:::[ \t]*|[ \t]+(?=[^=])|[ \t]+=[ \t]*(?=[^"'`])))((?:[^\s=:({[<>&|]|\{[A-Z0-9-]{1,20}\})[^\n]*)$/gm;
  for (const match of text.matchAll(line)) {
    if (keyKind(match[2] ?? '', also) !== 'value' || namesService(match[3] ?? '')) continue;
    const start = match.index + (match[1] ?? '').length;
    yield { start, end: start + (match[3] ?? '').trimEnd().length };
  }
}

/** `<password>x</password>`, over lines or not, with attributes or without. */
function* elements(text: string, also: KeyGlobs): Generator<Span> {
  for (const match of text.matchAll(/<([A-Za-z][\w.-]{0,100})(?:\s[^<>]{0,200})?>/g)) {
    if (!isSecretName(match[1] ?? '', also)) continue;
    const start = match.index + match[0].length;
    const end = text.indexOf('<', start);
    if (end !== -1 && text[end + 1] === '/')
      yield { start, end: start + text.slice(start, end).trimEnd().length };
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

/** What stands between the first and the last line of a private key, or after a first one without last: PEM, PuTTY. */
function* privateKeys(text: string): Generator<Span> {
  const begin =
    /-----BEGIN [A-Za-z0-9 ]{0,40}(?:PRIVATE KEY|Static key)[A-Z0-9 ]{0,20}(?:V1)?-----|^Private-Lines: \d{1,5}$/gm;
  for (let match = begin.exec(text); match; match = begin.exec(text)) {
    const start = match.index + match[0].length;
    const end = text.indexOf(match[0].startsWith('P') ? '\nPrivate-MAC' : '-----END', start);
    yield { start, end: end === -1 ? text.length : end };
    if (end === -1) return;
    begin.lastIndex = end;
  }
}

const SERVICE_TOKENS: readonly RegExp[] = [
  /(?<=["'[ ])(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32,64})(?=@\d|[ ]<?%)/g,
  /(?<=\[)(?=[A-Za-z+/=._-]{0,512}\d)(?=[\d+/=._-]{0,512}[A-Za-z])[\w+/=.-]{24,512}(?=@\d)/g,
  /(?<=["']\[?)(?:(?=[A-Za-z+/=_-]{0,512}\d)(?=[\d+/=_-]{0,512}[A-Za-z])[\w+/=-]{24,512}|[A-Za-z]{32})(?=\]?[ ]?<%)/g,
];

/** Customer tokens that log services want in a template: `[TOKEN@41058 …`, or `TOKEN <%pri%>…` at a string's start. */
function* serviceTokens(text: string): Generator<Span> {
  for (const token of SERVICE_TOKENS)
    for (const match of text.matchAll(token))
      yield { start: match.index, end: match.index + match[0].length };
}

/** `Bearer x` and the like without the name of the header, as in a template that a header's value is made from. */
function* schemes(text: string): Generator<Span> {
  const scheme =
    /(?<![\w-])(?:Basic|Bearer|Splunk|ApiKey|Negotiate)[ \t]{1,20}((?:(?=[A-Za-z+/=._~-]{0,4096}\d)(?=[\d+/=._~-]{0,4096}[A-Za-z])|(?=\w{1,4096}=))[\w+=.~-][\w+/=.~-]{7,4095})/g;
  for (const match of text.matchAll(scheme)) {
    const end = match.index + match[0].length;
    yield { start: end - (match[1] ?? '').length, end };
  }
}

/** Communities and passphrases of Net-SNMP that stand behind other words. */
function* snmpLines(text: string): Generator<Span> {
  const line =
    /^[ \t]*(?:com2sec6?[ \t]+(?:-Cn[ \t]+\S{1,255}[ \t]+)?\S{1,255}[ \t]+\S{1,255}|trap2?sink[ \t]+\S{1,255}|informsink[ \t]+\S{1,255}|createUser(?:[ \t]+-e[ \t]+\S{1,255})?[ \t]+\S{1,255}[ \t]+(?:MD5|SHA[\d-]*))[ \t]+(?=\S)/gim;
  for (let match = line.exec(text); match; match = line.exec(text)) {
    const start = match.index + match[0].length;
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    yield { start, end: start + text.slice(start, end).trimEnd().length };
  }
}

/** Everything secret that is recognised by its form, in no particular order. */
export function* secretsByForm(text: string, also: KeyGlobs): Generator<Span> {
  yield* directives(text, also);
  yield* namedLines(text, also);
  yield* elements(text, also);
  yield* yamlValues(text, also);
  yield* legacyActions(text);
  yield* urlLogins(text);
  yield* programOptions(text);
  yield* loginLines(text);
  yield* sqlPasswords(text);
  yield* secretsInProse(text);
  yield* privateKeys(text);
  yield* serviceTokens(text);
  yield* schemes(text);
  yield* snmpLines(text);
  yield* knownTokens(text);
}
