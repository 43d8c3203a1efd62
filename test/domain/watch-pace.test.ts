import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shareOf } from '../../src/domain/shard.ts';
import { backoffMs, nextOnGrid, phaseOf } from '../../src/domain/watch-pace.ts';

const NAMES = Array.from({ length: 1000 }, (_, i) => `server-${i}`);

/** Most and fewest of these phases in a tenth of the interval. */
const spread = (phases: readonly number[]): readonly [number, number] => {
  const tenths = Array.from({ length: 10 }, (_, i) => phases.filter(p => Math.floor(p * 10) === i).length);
  return [Math.min(...tenths), Math.max(...tenths)];
};

test('a thousand servers are spread over the interval, also those of one share', () => {
  const [least, most] = spread(NAMES.map(phaseOf));
  expect(least).toBeGreaterThan(70);
  expect(most).toBeLessThan(130);
  const share = spread(NAMES.filter(name => shareOf(name, 4) === 1).map(phaseOf));
  expect(share[0]).toBeGreaterThan(8);
});

test('the phase of a server is always the same', () => {
  expect(phaseOf('relay-1')).toBe(phaseOf('relay-1'));
});

describe('the grid', () => {
  const grid = { startedAt: 1000, intervalMs: 300, phase: 0.5 };
  test.each([
    [1000, 1150],
    [1149, 1150],
    [1150, 1450],
    [1151, 1450],
    // A round that took three intervals misses them, and the grid stays where it is.
    [2060, 2350],
  ])('after %d comes %d', (now, next) => {
    expect(nextOnGrid(grid, now)).toBe(next);
  });

  test('no delay adds up', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 299 })), delays => {
        let due = nextOnGrid(grid, 1000);
        for (const delay of delays) due = nextOnGrid(grid, due + delay);
        expect(due).toBe(1150 + delays.length * 300);
      }),
    );
  });
});

test.each([
  [1, 0, 30_000],
  [1, 0.999, 30_000],
  [2, 0, 30_000],
  [2, 0.5, 45_000],
  [3, 0.5, 75_000],
  [4, 0.5, 75_000],
  [1000, 0.5, 75_000],
])('after %d failed rounds and with %d at random, %d ms', (failures, random, ms) => {
  expect(backoffMs(failures, 30_000, random)).toBe(ms);
});

test('an interval longer than the longest wait stays as it is', () => {
  expect(backoffMs(9, 600_000, 0.5)).toBe(600_000);
});
