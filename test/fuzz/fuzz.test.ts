// The short search that every run makes: the seeds, and as many inputs made from them, always the same ones. The long one,
// guided by coverage, is `npm run fuzz`.

import { expect, test } from 'vitest';
import { createRandom, mutated } from './mutate.ts';
import { TARGETS } from './targets.ts';

const MUTATIONS = 1000;

test.each(TARGETS)('$name: what must hold, holds for its seeds and changed ones', target => {
  const seeds = target.seeds.map(input => Buffer.from(input as string));
  const random = createRandom(7);
  const inputs = [...seeds, ...Array.from({ length: MUTATIONS }, () => mutated(seeds, target.words, random))];
  const found = inputs.flatMap(input => {
    try {
      target.run(input);
      return [];
    } catch (error) {
      return [{ input: input.toString('latin1'), error }];
    }
  });
  expect(found.slice(0, 3)).toEqual([]);
});

test('the same seed makes the same inputs, another one others', () => {
  const inputs = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 20 }, () =>
      mutated([Buffer.from('a line\nand one more\n')], ['word'], random),
    );
  };
  expect(inputs(1)).toEqual(inputs(1));
  expect(inputs(1)).not.toEqual(inputs(2));
});
