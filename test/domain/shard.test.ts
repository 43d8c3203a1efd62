import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseShard, shareOf } from '../../src/domain/shard.ts';

test.each([
  ['1/1', { index: 1, of: 1 }],
  ['3/4', { index: 3, of: 4 }],
  ['10000/10000', { index: 10_000, of: 10_000 }],
])('%s is a share', (text, shard) => expect(parseShard(text)).toEqual(shard));

test.each(['', '0/4', '5/4', '1/0', '1', '1/', '/4', '-1/4', '1/4/4', ' 1/4', '1.0/4', '1/10001', '1e1/20'])(
  '"%s" is none',
  text => expect(parseShard(text)).toBeNull(),
);

test('every server belongs to exactly one share, alone or among others', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ unit: 'binary' })),
      fc.integer({ min: 1, max: 10_000 }),
      (names, of) => {
        const alone = names.map(name => shareOf(name, of));
        expect(alone.every(share => Number.isInteger(share) && share >= 1 && share <= of)).toBe(true);
        expect(names.toReversed().map(name => shareOf(name, of))).toEqual(alone.toReversed());
      },
    ),
  );
});

test('shares are about equal', () => {
  const sizes = new Map<number, number>();
  for (let i = 0; i < 10_000; i++) {
    const share = shareOf(`web-${i}`, 4);
    sizes.set(share, (sizes.get(share) ?? 0) + 1);
  }
  for (const share of [1, 2, 3, 4]) expect(Math.abs((sizes.get(share) ?? 0) - 2500)).toBeLessThan(250);
});

test.each(['web-1', 'relay-2.example.net', 'größe'])('a shell computes the same for %s', name => {
  const script = 'echo $((0x$(printf %s "$1" | sha256sum | cut -c1-8) % 7 + 1))';
  expect(`${shareOf(name, 7)}\n`).toBe(execFileSync('sh', ['-c', script, 'sh', name]).toString());
});

test('what is computed today is computed for ever', () => {
  expect(['a', 'b', 'web-1', 'web-2', 'rsyslog-lab'].map(name => shareOf(name, 5))).toEqual([1, 2, 4, 1, 1]);
});
