import { expect, test } from 'vitest';
import { createWatchVerdicts } from '../../src/cli/watch-verdicts.ts';
import { damp, UNDAMPED } from '../../src/domain/damping.ts';
import { watchLine } from '../../src/render/watch-line.ts';
import * as build from '../support/builders.ts';

const COLUMNS = 200;

/** The line after rounds of servers: `+` answers, `-` does not. */
function lineAfter(rounds: Readonly<Record<string, string>>): string {
  const verdicts = createWatchVerdicts();
  for (const [name, answers] of Object.entries(rounds)) {
    let state = UNDAMPED;
    for (const answer of answers) {
      const status = answer === '+' ? ('SYNCED' as const) : ('UNKNOWN' as const);
      const next = damp(state, { status, fingerprint: null });
      const report = build.server(name, [], { status, checkedAt: new Date('2026-04-21T10:30:07.9Z') });
      verdicts.enter({ report, word: next.word, state: next.state, before: state });
      state = next.state;
    }
  }
  return watchLine(verdicts.state(Object.keys(rounds).length), COLUMNS);
}

test.each([
  [{}, 'watching 0 servers: 0 in sync, 0 out of sync, 0 unknown'],
  [
    { a: '+', b: '' },
    'watching 2 servers: 1 in sync, 0 out of sync, 0 unknown, 1 not compared yet; last round 10:30:07Z',
  ],
  [
    { a: '+-', b: '+' },
    'watching 2 servers: 2 in sync, 0 out of sync, 0 unknown; waiting for a; last round 10:30:07Z',
  ],
  [
    { a: '-' },
    'watching 1 server: 0 in sync, 0 out of sync, 0 unknown, 1 not compared yet; waiting for a; last round 10:30:07Z',
  ],
  [
    { a: '+--', 'b\u001b': '+-', c: '+-' },
    'watching 3 servers: 3 in sync, 0 out of sync, 0 unknown; waiting for a and 2 more; last round 10:30:07Z',
  ],
  [
    { 'b\u001b': '+-' },
    'watching 1 server: 1 in sync, 0 out of sync, 0 unknown; waiting for b\\x1b; last round 10:30:07Z',
  ],
  [{ a: '+---' }, 'watching 1 server: 0 in sync, 0 out of sync, 1 unknown; last round 10:30:07Z'],
  [{ a: '+-+' }, 'watching 1 server: 1 in sync, 0 out of sync, 0 unknown; last round 10:30:07Z'],
])('%j', (rounds, line) => expect(lineAfter(rounds)).toBe(line));

test('never fills the line of the terminal', () => {
  const state = createWatchVerdicts().state(3);
  for (let columns = 0; columns < 80; columns++)
    expect(watchLine({ ...state, waitedFor: ['a'] }, columns).length).toBeLessThanOrEqual(
      Math.max(0, columns - 1),
    );
});
