import { expect, test } from 'vitest';
import { isCalendarDate } from '../../src/domain/calendar-date.ts';
import { fileTime } from '../../src/domain/file-time.ts';

test.each([
  [-62_167_219_201, null],
  [-62_167_219_200, '0000-01-01T00:00:00Z'],
  [-1, '1969-12-31T23:59:59Z'],
  [253_402_300_799, '9999-12-31T23:59:59Z'],
  [253_402_300_800, null],
  [2 ** 53, null],
])('a file of second %i is of %s', (seconds, text) => {
  expect(fileTime(seconds)).toBe(text);
});

test.each([
  ['2028-02-29', true],
  ['2027-02-29', false],
  ['2027-04-31', false],
  ['2027-13-01', false],
  ['2027-00-01', false],
  ['2027-01-00', false],
  ['2027-01', false],
  ['2027-1-1', false],
  ['02027-01-01', false],
  ['2027-01-01T00', false],
])('%s is a day: %s', (text, day) => {
  expect(isCalendarDate(text)).toBe(day);
});
