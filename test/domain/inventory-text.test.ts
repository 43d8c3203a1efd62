// Small readers of inventory values: durations, sizes, dates, paths.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseByteSize } from '../../src/domain/byte-size.ts';
import { isCalendarDate } from '../../src/domain/calendar-date.ts';
import { parseDuration } from '../../src/domain/duration.ts';
import { firstLines } from '../../src/domain/first-lines.ts';
import { normalizePath, resolveLocal } from '../../src/domain/posix-path.ts';

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5m', 90_000],
  ['24h', 86_400_000],
  ['0s', null],
  ['0.1ms', null],
  ['25h', null],
  ['10', null],
  ['10 s', null],
  ['-1s', null],
  ['1e3s', null],
  ['10S', null],
  ['', null],
])('the duration %j is %j ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each([
  ['0B', 0],
  ['4096B', 4096],
  ['512KiB', 524_288],
  ['1 MiB', 1_048_576],
  ['1MB', null],
  ['1', null],
  ['1.5MiB', null],
  ['1  MiB', null],
])('the size %j is %j bytes', (text, bytes) => expect(parseByteSize(text)).toBe(bytes));

test.each([
  ['2027-06-30', true],
  ['2028-02-29', true],
  ['2027-02-29', false],
  ['2027-06-31', false],
  ['2027-13-01', false],
  ['2027-00-10', false],
  ['2027-6-3', false],
  ['2027-06-30T00:00', false],
])('the date %j exists: %j', (text, exists) => expect(isCalendarDate(text)).toBe(exists));

describe('local paths', () => {
  const places = { directory: '/repo', home: '/home/ada' };
  test.each([
    ['files', '/repo/files'],
    ['./a//b/', '/repo/a/b'],
    ['../keys', '/keys'],
    ['/abs/../x', '/x'],
    ['~', '/home/ada'],
    ['~/.ssh/id', '/home/ada/.ssh/id'],
    ['a~/b', '/repo/a~/b'],
  ])('%j is %j', (path, resolved) => expect(resolveLocal(path, places)).toBe(resolved));

  test('a normalised path has no empty, dot or dot-dot component and stays the same', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b c', '.', '..', '', '...')), parts => {
        const path = normalizePath(`/${parts.join('/')}`);
        expect(normalizePath(path)).toBe(path);
        expect(
          path === '/' ||
            path
              .slice(1)
              .split('/')
              .every(p => !['', '.', '..'].includes(p)),
        ).toBe(true);
      }),
    );
  });
});

test('a long list of lines is cut after ten', () => {
  const lines = Array.from({ length: 12 }, (_, index) => `line ${index}`);
  expect(firstLines(lines.slice(0, 10))).toBe(lines.slice(0, 10).join('\n'));
  expect(firstLines(lines)).toBe(`${lines.slice(0, 10).join('\n')}\n… and 2 more`);
});
