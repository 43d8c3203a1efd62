// Changes inputs at random, but always alike for the same seed.

/** Whole numbers from 0 to below `below`. */
export type Random = (below: number) => number;

/** Tommy Ettinger's mulberry32: 32 bits of state, good enough to spread changes. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return below => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Longer inputs find nothing that shorter ones do not, only later. */
const LONGEST = 16 * 1024;

/** Bytes at which readers decide: ends, signs, quotes, numbers, controls, halves of UTF-8, the first C1 control. */
const TELLING = Buffer.from(
  '\0\x01\t\n\r\x1b !"#$%\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~\x7f\x80\x9b\xc3\xe2\xff',
  'latin1',
);
const NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

interface Change {
  readonly input: Buffer;
  readonly other: Buffer;
  readonly words: readonly string[];
  readonly random: Random;
}

const replaced = (input: Buffer, at: number, length: number, by: Uint8Array): Buffer =>
  Buffer.concat([input.subarray(0, at), by, input.subarray(at + length)]);

const slice = (input: Buffer, random: Random): Buffer => {
  const at = random(input.length + 1);
  return input.subarray(at, at + random(Math.min(64, input.length - at + 1)));
};

const CHANGES: readonly ((change: Change) => Buffer)[] = [
  ({ input, random }) => {
    const changed = Buffer.from(input);
    const at = random(input.length);
    changed[at] = (input[at] ?? 0) ^ (1 << random(8));
    return changed;
  },
  ({ input, random }) =>
    replaced(
      input,
      random(input.length + 1),
      random(2),
      TELLING.subarray(random(TELLING.length)).subarray(0, 1),
    ),
  ({ input, random }) => replaced(input, random(input.length + 1), 0, Buffer.of(random(256))),
  ({ input, random }) => replaced(input, random(input.length + 1), 1 + random(8), Buffer.alloc(0)),
  ({ input, random }) => input.subarray(0, random(input.length + 1)),
  ({ input, random, words }) =>
    replaced(
      input,
      random(input.length + 1),
      random(2) * random(8),
      Buffer.from(words[random(words.length)] ?? '', 'latin1'),
    ),
  ({ input, random }) => replaced(input, random(input.length + 1), 0, slice(input, random)),
  ({ input, random, other }) => replaced(input, random(input.length + 1), random(16), slice(other, random)),
  ({ input, random, other }) =>
    Buffer.concat([input.subarray(0, random(input.length + 1)), other.subarray(random(other.length + 1))]),
  ({ input, random }) => {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(NUMBERS[random(NUMBERS.length)] ?? 0);
    return replaced(input, random(input.length + 1), 4, number);
  },
  ({ input, random }) => {
    // A number in figures, another one in its place.
    const at = [...input.toString('latin1').matchAll(/\d+/g)];
    const found = at[random(at.length)];
    const by = `${random(2) === 0 ? '' : '-'}${NUMBERS[random(NUMBERS.length)]}${'0'.repeat(random(2) * random(20))}`;
    return found ? replaced(input, found.index, found[0].length, Buffer.from(by)) : input;
  },
  ({ input, random }) => {
    // One piece many times, for what takes more than linear time.
    const piece = slice(input, random);
    return replaced(input, random(input.length + 1), 0, Buffer.concat(Array(random(64)).fill(piece)));
  },
  ({ input, random }) => {
    // Two lines change places.
    const lines = input.toString('latin1').split('\n');
    const [a, b] = [random(lines.length), random(lines.length)];
    return Buffer.from(
      lines
        .with(a, lines[b] ?? '')
        .with(b, lines[a] ?? '')
        .join('\n'),
      'latin1',
    );
  },
];

/** An input made from one of `corpus`, by one change or a few. */
export function mutated(corpus: readonly Buffer[], words: readonly string[], random: Random): Buffer {
  let input = corpus[random(corpus.length)] ?? Buffer.alloc(0);
  for (let left = 1 + random(4); left > 0; left--) {
    const other = corpus[random(corpus.length)] ?? input;
    input = CHANGES[random(CHANGES.length)]?.({ input, other, words, random }) ?? input;
  }
  return Buffer.from(input.subarray(0, LONGEST));
}
