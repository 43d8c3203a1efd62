import { expect, test } from 'vitest';
import { isStale, parseStaleAfter } from '../../src/domain/staleness.ts';
import { UserError } from '../../src/domain/user-error.ts';

const DAY = 86_400_000;

test.each([
  ['10m', 600_000],
  ['24h', DAY],
  ['1d', DAY],
  ['10d', 10 * DAY],
  ['30d', 30 * DAY],
])('%s is %i ms', (text, ms) => {
  expect(parseStaleAfter(text)).toBe(ms);
});

test.each(['', '31d', '0d', '01d', '1.5d', '100d', 'x1d', '1dx', '25h', 'soon'])('%j is refused', text => {
  expect(() => parseStaleAfter(text)).toThrow(UserError);
});

test('a check is stale when it is older, not when it is as old', () => {
  const at = (seconds: number) =>
    isStale('2026-04-21T10:30:00Z', Date.UTC(2026, 3, 21, 10, 30, seconds), 10_000);
  expect([at(0), at(10), at(11)]).toEqual([false, false, true]);
});
