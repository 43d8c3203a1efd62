import { expect, test } from 'vitest';
import type { StatusRecord } from '../../src/domain/status-record.ts';
import { searchOf } from '../../src/domain/status-search.ts';

const RECORD: StatusRecord = {
  repo: 'Rsyslog',
  server: 'web-1',
  sync_status: 'OUT_OF_SYNC',
  drift_count: 2,
  files: [{ name: 'rsyslog.d/30-LAB.conf' }, { name: 'größe.conf' }],
  last_check: '2026-04-21T10:30:00Z',
  since: '2026-04-21T10:30:00Z',
  first_drift_at: '2026-04-21T10:30:00Z',
};

test.each([
  ['', true],
  ['  ', true],
  ['rsyslog', true],
  ['WEB', true],
  ['30-lab', true],
  ['GRÖSSE', false],
  ['Größe', true],
  [' web-1   lab ', true],
  ['web-1 db', false],
  ['web-2', false],
  ['rsyslogweb', false],
  ['confgr', false],
  ['out_of_sync', false],
])('%j finds it: %s', (text, found) => {
  expect(searchOf(text)(RECORD)).toBe(found);
});

test('the reason is searched where there is one', () => {
  expect(searchOf('unreachable')({ ...RECORD, reason: 'ssh/unreachable' })).toBe(true);
  expect(searchOf('unreachable')({ ...RECORD, reason: null })).toBe(false);
});

test('what is typed is looked at up to its 200th character', () => {
  expect(searchOf(`web-1${' '.repeat(195)}xx`)(RECORD)).toBe(true);
  expect(searchOf(`web-1${' '.repeat(194)}xx`)(RECORD)).toBe(false);
});
