// Secrets on command lines (rsyslog's omprog runs programs; cron files and units may be watched, too), in lines like
// those of .netrc, and in SQL.

import { endOnLine } from './redact-context.ts';
import type { Span } from './redact-span.ts';

/** What is secret among a program's arguments stands behind `option`; of a `login`, only what is behind its colon. */
interface Program {
  readonly name: RegExp;
  readonly option: RegExp;
  readonly login: boolean;
}

const named = (name: string): RegExp => new RegExp(`(?<![\\w-])(?:${name})(?=[ \\t])`);

const PROGRAMS: readonly Program[] = [
  {
    name: named('curl'),
    option: /(?:(?<=\s)-[A-Za-z#]{0,9}[uU]|--(?:proxy-)?user(?=[ \t=]))[ \t]*=?[ \t]*/g,
    login: true,
  },
  { name: named('curl'), option: /--oauth2-bearer[ \t]+/g, login: false },
  { name: named('sshpass'), option: /(?<=\s)-p[ \t]*/g, login: false },
  { name: named('(?:mysql|mariadb)[\\w-]{0,20}'), option: /(?<=\s)-p(?=\S)/g, login: false },
  { name: named('snmp[a-z]{2,20}'), option: /(?<=\s)-[cAXk][ \t]*/g, login: false },
  { name: named('redis-cli'), option: /(?<=\s)-a[ \t]*/g, login: false },
  { name: named('ldap[a-z]{2,20}'), option: /(?<=\s)-w[ \t]*/g, login: false },
  { name: named('openssl'), option: /(?<=\s)-pass(?:in|out)?[ \t]+pass:/g, login: false },
];

/** The secret arguments. A program's reach to the end of its line, and over line breaks that a backslash escapes. */
export function* programOptions(text: string): Generator<Span> {
  const any = new RegExp(PROGRAMS.map(({ name }) => name.source).join('|'), 'g');
  for (let match = any.exec(text); match; match = any.exec(text)) {
    const { index } = match;
    const line = text.slice(index, endOfCommand(text, index));
    for (const program of PROGRAMS) {
      // Once for each line and program, from where it is named first.
      const from = line.search(program.name);
      if (from !== -1) yield* argumentsOf(program, line.slice(from), index + from);
    }
    any.lastIndex = index + line.length;
  }
}

function* argumentsOf({ option, login }: Program, command: string, offset: number): Generator<Span> {
  for (const match of command.matchAll(option)) {
    const { start, end } = argumentAt(command, match.index + match[0].length);
    const argument = command.slice(start, end);
    const name = login ? argument.indexOf(':') + 1 : 0;
    // A name alone is no secret, and neither is a URL.
    if (login && (name === 0 || argument[name] === '/')) continue;
    yield { start: offset + start + name, end: offset + end };
  }
}

function endOfCommand(text: string, from: number): number {
  for (let at = text.indexOf('\n', from); at !== -1; at = text.indexOf('\n', at + 1))
    if (text[at - 1] !== '\\') return at;
  return text.length;
}

/** One argument, in quotation marks or not. */
function argumentAt(command: string, at: number): Span {
  const quote = /^\\?(["'])/.exec(command.slice(at, at + 2));
  if (!quote) return { start: at, end: at + (/^[^\s"'|;&]*/.exec(command.slice(at))?.[0].length ?? 0) };
  const start = at + quote[0].length;
  return { start, end: endOnLine(command, start, quote[1] ?? '') };
}

/** `machine h login u password x`, `username admin secret 5 x`: on one line, behind a name. */
export function* loginLines(text: string): Generator<Span> {
  const line =
    /(?<![\w.-])(?:login|user|username|account|default|bind_?dn)[ \t]+[^\s"'=:]{1,255}[ \t]+(?:privilege[ \t]+\d+[ \t]+)?(?:password|passwd|secret|bindpw)[ \t]+(?:\d[ \t]+)?([^\s"']{1,4096})/gi;
  for (const match of text.matchAll(line)) {
    const end = match.index + match[0].length;
    yield { start: end - (match[1] ?? '').length, end };
  }
}

/** `IDENTIFIED BY 'x'` and `SET PASSWORD FOR u = 'x'`; a quotation mark within is written twice. */
export function* sqlPasswords(text: string): Generator<Span> {
  const before =
    /\b(?:IDENTIFIED[ \t]{1,20}(?:WITH[ \t]{1,20}\S{1,100}[ \t]{1,20})?(?:BY|AS)(?:[ \t]{1,20}PASSWORD)?|PASSWORD[ \t]{1,20}FOR[^=\n]{1,200}=)[ \t]{0,20}(?:PASSWORD\()?(["'])/gi;
  for (const match of text.matchAll(before)) {
    const quote = match[1] ?? '';
    const start = match.index + match[0].length;
    let end = endOnLine(text, start, quote);
    while (text[end] === quote && text[end + 1] === quote) end = endOnLine(text, end + 2, quote);
    yield { start, end };
  }
}

/**
 * `# the password of the old account: x`, `; secret for mail is x`: in prose, where only what mixes letters and digits is
 * taken for one.
 */
export function* secretsInProse(text: string): Generator<Span> {
  const secret =
    /\b(?:password|passwd|passphrase|token|secret|credentials?)[ \t][^\n:=]{0,60}?(?:[:=]|(?<=[ \t])is(?=[ \t]))[ \t]*((?=[^\s\d]*\d)(?=[^\sA-Za-z]*[A-Za-z])[^\s/]{8,255})/gi;
  for (const line of text.matchAll(/^[ \t]*(?:#|;|--|\/\/)[^\n]*/gm))
    for (const match of line[0].matchAll(secret)) {
      const end = line.index + match.index + match[0].length;
      yield { start: end - (match[1] ?? '').length, end };
    }
}
