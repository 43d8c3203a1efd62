import { expect, test } from 'vitest';
import { finishedLine, type Progress, progressLine } from '../../src/render/progress.ts';
import * as build from '../support/builders.ts';
import * as situations from '../support/situations.ts';

const STATE: Progress = { total: 500, done: 12, drifted: 2, unknown: 1, running: 32, slowest: null };
const slowest = (server: string, ms: number): Progress => ({ ...STATE, slowest: { server, ms } });

test('tells how far it is', () => {
  expect(progressLine(STATE, 80)).toBe('12/500 done, 2 drifted, 1 unknown, 32 running');
});

test.each([
  [1999, ''],
  [2000, '; web-17 for 2 s'],
  [12_900, '; web-17 for 12 s'],
])('names the slowest server after two seconds: %d ms', (ms, end) => {
  expect(progressLine(slowest('web-17', ms), 80)).toBe(`${progressLine(STATE, 80)}${end}`);
});

test('never fills the line of the terminal', () => {
  for (let columns = 0; columns < 70; columns++)
    expect(progressLine(slowest('web-17', 5000), columns).length).toBe(
      Math.max(0, Math.min(62, columns) - 1),
    );
});

test('a wide name counts twice, and is not cut in the middle of a character', () => {
  const line = progressLine(slowest('\u{1F600}\u{1F600}\u{1F600}', 5000), 52);
  expect(line).toBe('12/500 done, 2 drifted, 1 unknown, 32 running; \u{1F600}\u{1F600}');
});

test('a hostile name does nothing to the terminal', () => {
  expect(progressLine(slowest('\u001b]0;x\u0007\nweb', 5000), 200)).not.toMatch(/\p{Cc}/u);
  const line = finishedLine(build.server('a\n\u001b[2J', []), { done: 1, total: 1 });
  expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u);
});

test('a log has one line for each server', () => {
  const lines = situations.mixed.servers.map((server, i) => finishedLine(server, { done: i + 1, total: 3 }));
  expect(lines).toEqual([
    'sshdrift: 1/3 a-down: UNKNOWN, ssh/refused, 41 ms\n',
    'sshdrift: 2/3 relay-1: OUT_OF_SYNC, 1 drifted file, 41 ms\n',
    'sshdrift: 3/3 relay-2: SYNCED, 41 ms\n',
  ]);
});
