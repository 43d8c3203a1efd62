import { describe, expect, test } from 'vitest';
import type { Payload } from '../../src/domain/payload.ts';
import { isOlder, rollUp } from '../../src/domain/status-roll-up.ts';

const record = (over: Partial<Payload> = {}, names: readonly string[] = []): Payload => ({
  repo: 'rsyslog',
  server: 'a',
  sync_status: names.length > 0 ? 'OUT_OF_SYNC' : 'SYNCED',
  drift_count: names.length,
  files: names.map(name => ({ name })),
  last_check: '2026-04-21T10:30:00Z',
  ...over,
});

test('no record: nothing is claimed', () => {
  expect(JSON.stringify(rollUp([]))).toBe(
    '{"repo":"*","server":"*","drift_count":0,"files":[],"statuses":[]}',
  );
});

test('one record: its own six fields, then itself', () => {
  const only = record({}, ['x.conf']);
  expect(JSON.stringify(rollUp([only]))).toBe(
    `${JSON.stringify(only).slice(0, -1)},"statuses":[${JSON.stringify(only)}]}`,
  );
});

test('several: sums, unions and the oldest check', () => {
  const a = record({ last_check: '2026-04-21T10:30:00Z' }, ['x.conf', 'y.conf']);
  const b = record({ server: 'b', last_check: '2026-04-20T10:30:00Z' });
  const c = record({ server: 'c', last_check: '2026-04-22T10:30:00Z' }, ['x.conf']);
  expect(rollUp([c, b, a])).toEqual({
    repo: 'rsyslog',
    server: '*',
    sync_status: 'OUT_OF_SYNC',
    drift_count: 3,
    files: [
      { name: 'x.conf', repo: 'rsyslog', server: 'a' },
      { name: 'y.conf', repo: 'rsyslog', server: 'a' },
      { name: 'x.conf', repo: 'rsyslog', server: 'c' },
    ],
    last_check: '2026-04-20T10:30:00Z',
    statuses: [a, b, c],
  });
});

describe('sync_status', () => {
  test.each([
    [['SYNCED', 'SYNCED'], 'SYNCED'],
    [['SYNCED', 'UNKNOWN'], 'UNKNOWN'],
    [['UNKNOWN', 'OUT_OF_SYNC', 'SYNCED'], 'OUT_OF_SYNC'],
    [['UNKNOWN'], 'UNKNOWN'],
  ] as const)('of %j is %s', (statuses, expected) => {
    const records = statuses.map((sync_status, i) => record({ server: `s${i}`, sync_status }));
    expect(rollUp(records).sync_status).toBe(expected);
  });
});

describe('repo and server', () => {
  test.each([
    [['r/a', 'r/b'], 'r', '*'],
    [['r/a', 'q/a'], '*', 'a'],
    [['r/a', 'q/b'], '*', '*'],
  ])('of %j', (keys, repo, server) => {
    const records = keys.map(key => {
      const [r = '', s = ''] = key.split('/');
      return record({ repo: r, server: s });
    });
    expect(rollUp(records)).toMatchObject({ repo, server });
  });

  test('sort by repo, then server, in C order', () => {
    const records = ['q/z', 'Q/a', 'q/B', 'q/a'].map(key => {
      const [repo = '', server = ''] = key.split('/');
      return record({ repo, server });
    });
    expect(rollUp(records).statuses.map(s => `${s.repo}/${s.server}`)).toEqual(['Q/a', 'q/B', 'q/a', 'q/z']);
  });
});

test('times are compared as times', () => {
  const noon = record({ last_check: '2026-04-21T12:00:00Z' });
  expect(isOlder(record({ last_check: '2026-04-21T12:30:00+02:00' }), noon)).toBe(true);
  expect(isOlder(record({ last_check: '2026-04-21T12:00:00.5Z' }), noon)).toBe(false);
  expect(isOlder(noon, noon)).toBe(false);
});
