// Logins within URLs: the password of `scheme://user:password@host`, the token of `https://token@host`, and what signed
// and webhook URLs carry.

import type { Span } from './redact-span.ts';

/** Wants to be long and of letters and digits, for a name alone is no secret. */
const TOKEN = /^(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])[\w.~+=-]{16,}$/;

/**
 * A password may hold `@` and, although it should be escaped, `/`: it reaches to the last `@`. After digits a `/` begins
 * the path, because what was before it is a port. A password that is empty, or one of the words that services ask for in
 * its place, makes a token of the user.
 */
export function* urlLogins(text: string): Generator<Span> {
  // The user of a mail server may be `user@host`.
  for (const match of text.matchAll(/\/\/([^\s/"'<>[\]:]{0,255}(?=:)|[^\s/"'<>[\]:@]{0,255}(?=@))/g)) {
    const [whole, user = ''] = match;
    const after = match.index + whole.length;
    const userSpan = { start: after - user.length, end: after };
    if (text[after] === '@') {
      if (TOKEN.test(user) && /https?:$/.test(text.slice(Math.max(0, match.index - 6), match.index)))
        yield userSpan;
      continue;
    }
    const password = passwordSpan(text, after + 1);
    if (password === null) continue;
    yield password;
    if (password.end === password.start || text.startsWith('x-oauth-basic@', password.start)) yield userSpan;
  }
  yield* hostsWithLogin(text);
  yield* queries(text);
}

/** `"user:password@host"`: a URL without its scheme, which curl and what uses it take. */
function* hostsWithLogin(text: string): Generator<Span> {
  const login =
    /(?<=["'])(?!(?:mailto|sips?|xmpp|acct):)[\w.-]{1,64}:([^\s"'@/%]{1,255})@[\w.-]{1,253}(?=[:/"'])/g;
  for (const match of text.matchAll(login)) {
    const start = match.index + match[0].indexOf(':') + 1;
    yield { start, end: start + (match[1] ?? '').length };
  }
}

function passwordSpan(text: string, start: number): Span | null {
  let end = -1;
  let port = true;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at] ?? '';
    // Another `//` begins another URL.
    if (/[\s"<>]/.test(char) || (char === '/' && text[at + 1] === '/')) break;
    if (char === '@') end = at;
    if (char === '/' && (port || end !== -1)) break;
    if (char < '0' || char > '9') port = false;
  }
  return end === -1 ? null : { start, end };
}

const QUERY =
  /[?&](?:key|sig|signature|code)=([^&\s"'#<>]{8,4096})|https:\/\/(?:hooks\.slack\.com\/(?:services|workflows)|discord(?:app)?\.com\/api\/webhooks|[\w.-]{1,253}\/webhookb2)\/([^\s"'<>]{1,4096})|(?:\/v1\/input|receiver\/v1\/http)\/([\w+=-]{16,512})|(?<![\w-])(?:inputs|bulk|hooks|collector)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9]{26})(?![\w-])/g;

function* queries(text: string): Generator<Span> {
  for (const match of text.matchAll(QUERY)) {
    const secret = match[1] ?? match[2] ?? match[3] ?? match[4] ?? '';
    yield { start: match.index + match[0].length - secret.length, end: match.index + match[0].length };
  }
}
