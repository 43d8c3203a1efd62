import { describe, expect, test } from 'vitest';
import type { PostedStatus } from '../../src/domain/posted-status.ts';
import { MAX_EVENT_FILES } from '../../src/domain/status-event.ts';
import { changeTo, type KeptStatus, type StatusChange } from '../../src/domain/status-record.ts';

type Step = readonly [word: 'in' | 'out' | 'unknown', files?: readonly string[], fingerprint?: string | null];

const SYNC = { in: 'SYNCED', out: 'OUT_OF_SYNC', unknown: 'UNKNOWN' } as const;

const posted = ([word, names = [], fingerprint]: Step, minute: number): PostedStatus => ({
  repo: 'r',
  server: 's',
  sync_status: SYNC[word],
  drift_count: names.length,
  files: names.map(name => ({ name })),
  last_check: `2026-04-21T10:${String(minute).padStart(2, '0')}:00Z`,
  ...(fingerprint !== undefined && { fingerprint }),
});

/** What each of the steps did, one a minute. */
function play(...steps: readonly Step[]): readonly StatusChange[] {
  let before: KeptStatus | null = null;
  return steps.map((step, minute) => {
    const change = changeTo(before, posted(step, minute));
    if (change === null) throw new Error('older');
    before = change.kept;
    return change;
  });
}

const shown = (changes: readonly StatusChange[]) =>
  changes.map(({ event, alarm }) => `${event ? `${event.from}>${event.to}` : '-'} ${alarm ?? '-'}`);

const A = ['a.conf'];
const B = ['b.conf'];

describe('events and alarms', () => {
  test.each<readonly [string, readonly Step[], readonly string[]]>([
    ['a first SYNCED is no news', [['in']], ['- -']],
    ['a first drift is', [['out', A]], ['null>OUT_OF_SYNC drift']],
    [
      'the same drift alarms once',
      [['in'], ['out', A], ['out', A], ['out', A]],
      ['- -', 'SYNCED>OUT_OF_SYNC drift', '- -', '- -'],
    ],
    [
      'recovery alarms once',
      [['out', A], ['in'], ['in']],
      ['null>OUT_OF_SYNC drift', 'OUT_OF_SYNC>SYNCED recovered', '- -'],
    ],
    [
      'other files are a change',
      [
        ['out', A],
        ['out', B],
      ],
      ['null>OUT_OF_SYNC drift', 'OUT_OF_SYNC>OUT_OF_SYNC changed'],
    ],
    [
      'so are more of them',
      [
        ['out', A],
        ['out', [...A, ...B]],
        ['out', A],
      ],
      ['null>OUT_OF_SYNC drift', 'OUT_OF_SYNC>OUT_OF_SYNC changed', 'OUT_OF_SYNC>OUT_OF_SYNC changed'],
    ],
    [
      'so is one of them in the place of another',
      [
        ['out', ['x.conf', ...A]],
        ['out', ['x.conf', ...B]],
      ],
      ['null>OUT_OF_SYNC drift', 'OUT_OF_SYNC>OUT_OF_SYNC changed'],
    ],
    [
      'so is another fingerprint',
      [
        ['out', A, '1'],
        ['out', A, '2'],
        ['out', A, '2'],
      ],
      ['null>OUT_OF_SYNC drift', 'OUT_OF_SYNC>OUT_OF_SYNC changed', '- -'],
    ],
    [
      'a fingerprint that comes or goes is none',
      [
        ['out', A],
        ['out', A, '1'],
        ['out', A],
      ],
      ['null>OUT_OF_SYNC drift', '- -', '- -'],
    ],
    [
      'UNKNOWN is an event and no alarm',
      [['in'], ['unknown'], ['in']],
      ['- -', 'SYNCED>UNKNOWN -', 'UNKNOWN>SYNCED -'],
    ],
    [
      'drift that was there before UNKNOWN is not new',
      [['out', A], ['unknown'], ['unknown'], ['out', A]],
      ['null>OUT_OF_SYNC drift', 'OUT_OF_SYNC>UNKNOWN -', '- -', 'UNKNOWN>OUT_OF_SYNC -'],
    ],
    [
      'another one is',
      [['out', A], ['unknown'], ['out', B]],
      ['null>OUT_OF_SYNC drift', 'OUT_OF_SYNC>UNKNOWN -', 'UNKNOWN>OUT_OF_SYNC changed'],
    ],
    [
      'recovery is told after UNKNOWN, too',
      [['out', A], ['unknown'], ['in']],
      ['null>OUT_OF_SYNC drift', 'OUT_OF_SYNC>UNKNOWN -', 'UNKNOWN>SYNCED recovered'],
    ],
    [
      'a first UNKNOWN is an event',
      [['unknown'], ['out', A]],
      ['null>UNKNOWN -', 'UNKNOWN>OUT_OF_SYNC drift'],
    ],
  ])('%s', (_, steps, expected) => {
    expect(shown(play(...steps))).toEqual(expected);
  });
});

test('since is when the present status began, first_drift_at when the drift did', () => {
  const times = play(
    ['in'],
    ['out', A],
    ['out', B],
    ['unknown'],
    ['unknown'],
    ['out', B],
    ['in'],
    ['in'],
  ).map(({ kept: { record } }) =>
    [record.since, record.first_drift_at].map(time => time && Number(time.slice(14, 16))),
  );
  expect(times).toEqual([
    [0, null],
    [1, 1],
    [1, 1],
    [3, 1],
    [3, 1],
    [5, 1],
    [6, null],
    [6, null],
  ]);
});

test('an older status is dropped; the same again is kept and changes nothing', () => {
  const [first] = play(['out', A]);
  const again = changeTo(first?.kept ?? null, posted(['out', A], 0));
  expect(again).toEqual({ ...first, from: 'OUT_OF_SYNC', event: null, alarm: null });
  const [, later] = play(['in'], ['out', A]);
  expect(changeTo(later?.kept ?? null, posted(['in'], 0))).toBeNull();
});

test('an event lists the first files and counts all', () => {
  const names = Array.from({ length: MAX_EVENT_FILES + 5 }, (_, i) => `${i}`);
  const [change] = play(['out', names]);
  expect(change?.event?.files).toEqual(names.slice(0, MAX_EVENT_FILES));
  expect(change?.event?.drift_count).toBe(MAX_EVENT_FILES + 5);
});
