// Secrets on command lines (rsyslog's omprog runs programs; cron files and units may be watched, too), in lines like
// those of .netrc, and in SQL.

import { endOnLine } from './redact-context.ts';
import type { Span } from './redact-span.ts';

/** By program: what stands before a secret among its arguments. */
const OPTIONS: readonly (readonly [program: RegExp, option: RegExp])[] = [
  [/^curl$/, /(?:(?<=\s)-[A-Za-z#]{0,9}[uU]|--(?:proxy-)?user|--oauth2-bearer)(?:[ \t]*=?[ \t]*)/g],
  [/^sshpass$/, /(?<=\s)-p[ \t]*/g],
  [/^(?:mysql|mariadb)/, /(?<=\s)-p(?=\S)/g],
  [/^snmp/, /(?<=\s)-[cAXk][ \t]*/g],
  [/^redis-cli$/, /(?<=\s)-a[ \t]*/g],
  [/^ldap/, /(?<=\s)-w[ \t]*/g],
  [/^openssl$/, /(?<=\s)-(?:pass|passin|passout)[ \t]+pass:/g],
];

const PROGRAM =
  /(?<![\w-])(?:curl|sshpass|mysql(?:dump|admin|import)?|mariadb(?:-dump|-admin)?|snmp(?:get|walk|trap|inform|set|getnext|bulkwalk)|redis-cli|ldap(?:search|modify|add|whoami|passwd)|openssl)(?=[ \t])/g;

/** The arguments that are secret; a command reaches to the end of its line, and over ends that a backslash escapes. */
export function* programOptions(text: string): Generator<Span> {
  for (const { 0: program, index } of text.matchAll(PROGRAM)) {
    const command = text.slice(index, endOfCommand(text, index));
    const option = OPTIONS.find(([name]) => name.test(program))?.[1] ?? /(?!)/g;
    for (const match of command.matchAll(option)) {
      const { start, end } = argumentAt(command, match.index + match[0].length);
      const login = program === 'curl' && !match[0].includes('bearer');
      // Of a login the name stays, and a name alone is none.
      const colon = command.indexOf(':', start);
      if (!login) yield { start: index + start, end: index + end };
      else if (colon !== -1 && colon < end && command[colon + 1] !== '/')
        yield { start: index + colon + 1, end: index + end };
    }
  }
}

/** No command is longer; a file of nothing but programs' names must not be read once for each. */
const LONGEST_COMMAND = 2000;

function endOfCommand(text: string, from: number): number {
  const last = Math.min(text.length, from + LONGEST_COMMAND);
  for (let at = from; at < last; at += 1) if (text[at] === '\n' && text[at - 1] !== '\\') return at;
  return last;
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
