// The host field of a known_hosts line, as sshd(8) describes it: either one hashed name, or patterns with `*`, `?` and
// `!` between commas. Names and patterns are compared in ASCII lower case; brackets have no meaning, so that
// `[host]:2222` stands for itself.

import { createHmac } from 'node:crypto';
import { ANY, matchesPlaces } from './glob-places.ts';

interface Pattern {
  readonly negated: boolean;
  readonly glob: string;
}

/** For which hosts a line speaks. */
export type HostNames =
  | { readonly kind: 'hashed'; readonly salt: Buffer; readonly hash: string }
  | { readonly kind: 'patterns'; readonly patterns: readonly Pattern[] };

/** OpenSSH gives up on a list with a longer pattern; so it matches nothing here either. */
const LONGEST_PATTERN = 1022;

/** Lower-cases ASCII letters only: `toLowerCase` would turn the Kelvin sign into `k`. */
export const asciiLower = (text: string): string => text.replace(/[A-Z]+/g, letters => letters.toLowerCase());

/** Decodes base64 in its one canonical form, as OpenSSH does; anything else is null. */
export function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** Reads a host field, or null if it is a hash of an unknown kind or a broken one. */
export function parseHostNames(field: string): HostNames | null {
  if (!field.startsWith('|')) return { kind: 'patterns', patterns: parsePatterns(field) };
  const [, kind, salt, hash, ...rest] = field.split('|');
  const bytes = strictBase64(salt ?? '');
  if (kind !== '1' || bytes?.length !== 20 || hash === undefined || rest.length > 0) return null;
  return { kind: 'hashed', salt: bytes, hash };
}

function parsePatterns(field: string): readonly Pattern[] {
  const patterns = field.split(',').map(text => {
    const negated = text.startsWith('!');
    return { negated, glob: asciiLower(negated ? text.slice(1) : text) };
  });
  return patterns.some(({ glob }) => Buffer.byteLength(glob) > LONGEST_PATTERN) ? [] : patterns;
}

/** True if the line speaks for the name, which must be in lower case. One negated match takes the whole line out. */
export function matchesHostNames(names: HostNames, name: string): boolean {
  if (names.kind === 'hashed')
    return createHmac('sha1', names.salt).update(name).digest('base64') === names.hash;
  const matching = names.patterns.filter(({ glob }) => matchesGlob(glob, name));
  return matching.length > 0 && matching.every(pattern => !pattern.negated);
}

/** True if the glob, of `*` and `?`, covers the whole text. */
export const matchesGlob = (glob: string, text: string): boolean =>
  matchesPlaces(
    glob.split('').map(char => (char === '?' ? ANY : char)),
    text,
  );
