import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Damping,
  damp,
  FLAP_CHANGES,
  FLAP_ROUNDS,
  PATIENCE,
  type Seen,
  STEADY_ROUNDS,
  UNDAMPED,
  type Word,
} from '../../src/domain/damping.ts';

/** S in sync, D and E two kinds of drift, U no answer. */
const SEEN: Readonly<Record<string, Seen>> = {
  S: { status: 'SYNCED', fingerprint: null },
  D: { status: 'OUT_OF_SYNC', fingerprint: 'd' },
  E: { status: 'OUT_OF_SYNC', fingerprint: 'e' },
  U: { status: 'UNKNOWN', fingerprint: null },
};
const LETTER: Readonly<Record<Word, string>> = {
  first: '1',
  changed: 'C',
  flapping: 'F',
  steady: '=',
  quiet: '.',
};

function play(rounds: string): { readonly words: string; readonly states: readonly Damping[] } {
  let state = UNDAMPED;
  let words = '';
  const states: Damping[] = [];
  for (const round of rounds) {
    const step = damp(state, SEEN[round] as Seen);
    state = step.state;
    words += LETTER[step.word];
    states.push(state);
  }
  return { words, states };
}

test.each([
  ['the first verdict, then nothing new', 'SSSS', '1...'],
  ['drift, other drift, none', 'SDDES', '1C.CC'],
  ['one or two rounds that fail change nothing', 'SUSUUSDUUD', '1.....C...'],
  ['the third in a row does, once', 'SUUUUU', '1..C..'],
  ['and a verdict after it is told at once', 'SUUUS', '1..CC'],
  ['drift after two failed rounds is told', 'SUUD', '1..C'],
  ['a server that never answers', 'UUUUU', '..1..'],
  ['the fourth change in ten rounds is told as flapping, later ones are not', 'SDSDSDS', '1CCCF..'],
  ['three changes in ten rounds and a fourth later are not', 'SDSDDDDDDDDDDS', '1CCC.........C'],
  ['five rounds without a change end it', 'SDSDSSSSSS', '1CCCF....='],
  ['a change in between begins the five anew', 'SDSDSSSSDDDDDDD', '1CCCF........=.'],
  ['and afterwards changes are told again', 'SDSDSSSSSSD', '1CCCF....=C'],
  ['rounds that fail count as no change, and it is not told after one', 'SDSDSUUSSUS', '1CCCF.....='],
])('%s', (_, rounds, words) => {
  expect(play(rounds).words).toBe(words);
});

describe('whatever happens', () => {
  const rounds = fc.string({ unit: fc.constantFrom('S', 'D', 'E', 'U'), maxLength: 60 });

  test('the verdict is that of the latest answer, or UNKNOWN after three rounds without one', () => {
    fc.assert(
      fc.property(rounds, sequence => {
        const { states } = play(sequence);
        for (const [i, state] of states.entries()) {
          const past = sequence.slice(0, i + 1);
          const answered = past.replace(/U+$/, '');
          const failed = past.length - answered.length;
          const wanted = failed >= PATIENCE ? SEEN.U : answered === '' ? null : SEEN[answered.at(-1) ?? ''];
          expect(state.verdict).toEqual(wanted);
        }
      }),
    );
  });

  test('every change is told, or the server is said to flap; at most so many in a row are told', () => {
    fc.assert(
      fc.property(rounds, sequence => {
        const { words, states } = play(sequence);
        for (const [i, word] of [...words].entries()) {
          const before = states[i - 1] ?? UNDAMPED;
          const changed = states[i]?.verdict !== before.verdict && before.verdict !== null;
          const differs = changed && JSON.stringify(states[i]?.verdict) !== JSON.stringify(before.verdict);
          if (differs && word === '.') expect(before.flaps).toBe(true);
          if (word === 'C') expect(differs).toBe(true);
          if (word === '=') expect(before.flaps).toBe(true);
        }
        for (let i = 0; i < words.length; i++) {
          const told = words.slice(i, i + FLAP_ROUNDS).replace(/[^C]/g, '').length;
          // Those before a spell of flapping, and those after it.
          expect(told).toBeLessThanOrEqual(2 * FLAP_CHANGES);
        }
      }),
    );
  });

  test('it comes to rest: as many equal rounds as it takes, and what was told last is what is', () => {
    fc.assert(
      fc.property(rounds, fc.constantFrom('S', 'D', 'U'), (sequence, last) => {
        const tail = last.repeat(PATIENCE + STEADY_ROUNDS + 1);
        const { words, states } = play(sequence + tail);
        expect(states.at(-1)).toMatchObject({ flaps: false, verdict: SEEN[last] });
        expect(words.at(-1)).toBe('.');
        expect(play(sequence + tail + tail).words.slice(-tail.length)).toBe('.'.repeat(tail.length));
      }),
    );
  });

  test('what is kept does not grow', () => {
    fc.assert(
      fc.property(rounds, sequence => {
        for (const state of play(sequence).states) {
          expect(state.changes.length).toBeLessThanOrEqual(FLAP_ROUNDS);
          expect(state.failures).toBeLessThanOrEqual(PATIENCE);
        }
      }),
    );
  });
});
