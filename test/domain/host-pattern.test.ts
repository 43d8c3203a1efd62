import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asciiLower,
  matchesGlob,
  matchesHostNames,
  parseHostNames,
  strictBase64,
} from '../../src/domain/host-pattern.ts';

const matches = (field: string, name: string): boolean => {
  const names = parseHostNames(field);
  return names !== null && matchesHostNames(names, name);
};

const hashed = (name: string, salt = Buffer.alloc(20, 5)): string =>
  `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;

describe('a host field speaks for a name', () => {
  test.each([
    ['the name itself', 'web-1', 'web-1', true],
    ['another name', 'web-1', 'web-10', false],
    ['a list', 'web-1,192.0.2.1,2001:db8::1', '2001:db8::1', true],
    ['upper case in the file', 'Web-1.EXAMPLE.net', 'web-1.example.net', true],
    ['a star', '*.example.net', 'a.b.example.net', true],
    ['a star that needs a dot', '*.example.net', 'example.net', false],
    ['a star for nothing', 'web*', 'web', true],
    ['a question mark', 'web-?', 'web-1', true],
    ['a question mark is one character', 'web-?', 'web-10', false],
    ['a question mark is not none', 'web-?', 'web-', false],
    ['negation after', '*.example.net,!db.example.net', 'db.example.net', false],
    ['negation before', '!db.example.net,*.example.net', 'db.example.net', false],
    ['negation of another', '!db.example.net,*.example.net', 'web.example.net', true],
    ['negation alone is not a match', '!db.example.net', 'web.example.net', false],
    ['negation with a wildcard', '*,!*.example.net', 'web.example.net', false],
    ['negation in upper case', '*,!DB.example.net', 'db.example.net', false],
    ['two exclamation marks are a name with one', '*,!!db', 'db', true],
    ['empty patterns', ',,web-1,', 'web-1', true],
    ['an empty field', '', 'web-1', false],
    ['a port', '[web-1]:2222', '[web-1]:2222', true],
    ['brackets are no character class', '[web]', 'w', false],
    ['another port', '[web-1]:2222', '[web-1]:2223', false],
    ['a wildcard port', '[web-1]:*', '[web-1]:2222', true],
    ['a wildcard covers brackets', '*', '[web-1]:2222', true],
    ['dots are dots', 'web.1', 'webx1', false],
    ['a list with an over-long pattern', `web-1,${'x'.repeat(1023)}`, 'web-1', false],
    ['the longest pattern', `web-1,${'x'.repeat(1022)}`, 'web-1', true],
    ['a hashed name', hashed('web-1'), 'web-1', true],
    ['a hashed name and port', hashed('[web-1]:2222'), '[web-1]:2222', true],
    ['another hashed name', hashed('web-1'), 'web-2', false],
    ['a pattern is hashed as it is', hashed('*'), 'web-1', false],
    ['a hash of the name in upper case', hashed('WEB-1'), 'web-1', false],
    ['a hash in a list', `${hashed('web-1')},web-1`, 'web-1', false],
    ['a hash behind a name', `web-1,${hashed('web-2')}`, 'web-2', false],
    ['a hash of another kind', hashed('web-1').replace('|1|', '|2|'), 'web-1', false],
    ['a short salt', hashed('web-1', Buffer.alloc(19, 5)), 'web-1', false],
    ['a hash without padding', hashed('web-1').replace(/=+$/, ''), 'web-1', false],
    ['half a hash', '|1|BQUFBQUFBQUFBQUFBQUFBQUFBQU=', 'web-1', false],
    ['a hash with a tail', `${hashed('web-1')}|`, 'web-1', false],
  ])('%s: %s for %s is %s', (_, field, name, expected) => {
    expect(matches(field, name)).toBe(expected);
  });
});

test('a glob matches exactly what the same regular expression does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (glob, name) => {
      const same = glob.replace(/[.*?]/g, c => ({ '.': '\\.', '*': '.*', '?': '.' })[c] as string);
      expect(matchesGlob(glob, name)).toBe(new RegExp(`^${same}$`).test(name));
    }),
    { numRuns: 2000 },
  );
});

test('no glob takes exponential time', () => {
  const started = performance.now();
  expect(matchesGlob(`${'*a'.repeat(500)}b`, 'a'.repeat(1000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});

test('only ASCII letters have a lower case, so that no look-alike becomes a name', () => {
  expect(asciiLower('WEB-1.Example')).toBe('web-1.example');
  expect(asciiLower('\u212aÄ')).toBe('\u212aÄ');
});

test.each([
  ['AAEC', true],
  ['AAE=', true],
  ['AAE', false],
  ['AA-_', false],
  ['AAF=', false],
  ['AA EC', false],
  ['AAEC!', false],
  ['AAE=AAEC', false],
])('%s is canonical base64: %s', (text, expected) => {
  expect(strictBase64(text) !== null).toBe(expected);
});
