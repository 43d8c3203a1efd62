import { expect, test } from 'vitest';
import { groupStatuses } from '../../src/domain/status-groups.ts';
import type { StatusRecord } from '../../src/domain/status-record.ts';

const MINUTE = 60_000;
const at = (minute: number) => new Date(minute * MINUTE).toISOString();

const record = (
  server: string,
  sync_status: StatusRecord['sync_status'],
  times: { readonly checked?: number; readonly since?: number; readonly drift?: number } = {},
): StatusRecord => ({
  repo: 'r',
  server,
  sync_status,
  drift_count: 0,
  files: [],
  last_check: at(times.checked ?? 100),
  since: at(times.since ?? 0),
  first_drift_at: times.drift === undefined ? null : at(times.drift),
});
const names = (records: readonly StatusRecord[]) => {
  const groups = groupStatuses(records, { now: 100 * MINUTE, staleAfterMs: 10 * MINUTE });
  return Object.fromEntries(
    Object.entries(groups).map(([name, all]) => [
      name,
      all.map(({ record: { server }, stale }) => `${server}${stale ? ' stale' : ''}`).join(', '),
    ]),
  );
};

test('every server is in one group; only what is in sync is stale as a group', () => {
  expect(
    names([
      record('a', 'SYNCED'),
      record('b', 'SYNCED', { checked: 80 }),
      record('c', 'UNKNOWN', { checked: 80 }),
      record('d', 'OUT_OF_SYNC', { checked: 80 }),
      record('e', 'SYNCED', { checked: 90 }),
    ]),
  ).toEqual({ OUT_OF_SYNC: 'd stale', UNKNOWN: 'c stale', STALE: 'b stale', SYNCED: 'a, e' });
});

test('the newest drift first, by when it began, not by when its status did', () => {
  const drifted = [
    record('old', 'OUT_OF_SYNC', { drift: 10, since: 90 }),
    record('new', 'OUT_OF_SYNC', { drift: 50, since: 60 }),
    record('posted without', 'OUT_OF_SYNC', { since: 40 }),
  ];
  expect(names(drifted).OUT_OF_SYNC).toBe('new, posted without, old');
});

test('the newest UNKNOWN first, and of the stale the oldest', () => {
  expect(names([record('a', 'UNKNOWN', { since: 1 }), record('b', 'UNKNOWN', { since: 2 })]).UNKNOWN).toBe(
    'b, a',
  );
  const stale = [3, 1, 2].map(checked => record(`${checked}`, 'SYNCED', { checked }));
  expect(names(stale).STALE).toBe('1 stale, 2 stale, 3 stale');
});

test('times are compared, not their spelling', () => {
  const east = { ...record('east', 'UNKNOWN'), since: '2026-04-21T12:00:00+02:00' };
  const west = { ...record('west', 'UNKNOWN'), since: '2026-04-21T11:00:00Z' };
  expect(names([east, west]).UNKNOWN).toBe('west, east');
});
