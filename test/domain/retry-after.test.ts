import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retryAfterMs } from '../../src/domain/retry-after.ts';

const NOW = new Date('2026-04-21T10:30:00Z');

test.each([
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7000],
  ['99999999999', 99_999_999_999_000],
  ['Tue, 21 Apr 2026 10:30:30 GMT', 30_000],
  ['Tuesday, 21-Apr-26 10:31:00 GMT', 60_000],
  ['Tue Apr 21 10:30:05 2026', 5000],
  ['Fri May  1 10:30:00 2026', 10 * 86_400_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 0], // 1994, not 2094
  // A year of two digits is at most 50 years ahead.
  ['Tuesday, 21-Apr-76 10:30:00 GMT', 1_577_923_200_000],
  ['Tuesday, 21-Apr-77 10:30:00 GMT', 0],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
  [null, null],
  ['', null],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['2026-04-21T10:31:00Z', null],
  ['Tue, 21 Apr 2026 10:30:60 GMT', 60_000],
  ['Tue, 21 Apr 2026 10:30:61 GMT', null],
  ['Tue, 21 Apr 2026 10:60:00 GMT', null],
  ['Tue, 21 Apr 2026 24:00:00 GMT', null],
  ['Thu, 31 Apr 2026 10:30:00 GMT', null],
  ['Thu, 00 May 2026 10:30:00 GMT', null],
  ['Thu, 29 Feb 2029 10:30:00 GMT', null],
  ['Tue, 21 Foo 2026 10:30:30 GMT', null],
  ['Tue, 21 Apr 2026 10:30:30 CEST', null],
])('Retry-After: %s', (header, expected) => {
  expect(retryAfterMs(header, NOW)).toBe(expected);
});

test('reads every date that it can be given, whatever the time zone here', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 * 365 * 86_400 }), seconds => {
      const date = new Date(NOW.getTime() + seconds * 1000);
      expect(retryAfterMs(date.toUTCString(), NOW)).toBe(seconds * 1000);
    }),
  );
});

test('never throws, and is never negative', () => {
  fc.assert(
    fc.property(fc.string(), header => {
      expect(retryAfterMs(header, NOW) ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});
