// Secrets that are known by their own look, wherever they stand: tokens with the prefix of the service that made them,
// JSON Web Tokens, and password hashes as crypt(5) writes them. Lengths are bounded, since no token is longer.

import type { Span } from './redact-span.ts';

const FORMS: readonly RegExp[] = [
  /(?<!\w)gh[oprsu]_[A-Za-z0-9]{30,255}/g,
  /(?<!\w)github_pat_\w{20,255}/g,
  /(?<!\w)gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[\w.-]{16,255}/g,
  /(?<!\w)xox[abeprs]-[\w-]{10,255}/g,
  /(?<!\w)[sr]k_(?:live|test)_\w{16,255}/g,
  /(?<!\w)AIza[\w-]{35}/g,
  /(?<!\w)npm_[A-Za-z0-9]{36}/g,
  /(?<!\w)hv[bs]\.[\w-]{20,255}/g,
  /(?<!\w)glsa_\w{20,255}/g,
  /(?<!\w)\w{36}NRAL(?!\w)/g,
  /(?<!\w)NRAK-[A-Z0-9]{20,255}/g,
  /(?<!\d)\d{6,12}:AA[\w-]{30,255}/g,
  /(?<!\w)dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}/g,
  /(?<!\w)eyJ[\w-]{8,4096}\.eyJ[\w-]{8,4096}\.[\w-]{8,4096}/g,
  /\$(?:1|2[abxy]|5|6|7|y|gy|apr1|argon2(?:id|i|d))\$[\w./$=,+-]{20,255}/g,
  /\{(?:SSHA|SMD5|SHA|MD5|CRYPT|PBKDF2)[\w-]{0,20}\}[\w./$=,+-]{10,255}/g,
];

/** Tokens and hashes by their form. */
export function* knownTokens(text: string): Generator<Span> {
  for (const form of FORMS)
    for (const match of text.matchAll(form)) yield { start: match.index, end: match.index + match[0].length };
}
