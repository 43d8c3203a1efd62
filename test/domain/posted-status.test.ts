import { expect, test } from 'vitest';
import { readStatus } from '../../src/domain/posted-status.ts';
import { payload } from '../support/poster.ts';

const NOW = new Date('2026-04-21T10:30:00Z');
const read = (value: unknown) => readStatus(Buffer.from(JSON.stringify(value)), NOW);

const EXTENDED = {
  ...payload,
  files: [{ name: 'rsyslog.conf', change: 'modified', origin: 'edited' }],
  sync_code: 1,
  reason: null,
  files_expected: 3,
  files_compared: 3,
  git_revision: 'a'.repeat(40),
  git_dirty: false,
  fingerprint: 'f'.repeat(64),
  duration_ms: 41,
  tool_version: '1.2.3',
};

test('the standard and the extended payload come through, in their order', () => {
  expect(JSON.stringify(read(payload))).toBe(JSON.stringify(payload));
  expect(JSON.stringify(read(EXTENDED))).toBe(JSON.stringify(EXTENDED));
});

test('keys that nobody knows are left out, whatever they are called', () => {
  const body = `{"__proto__":{"x":1},"zzz":"secret",${JSON.stringify({ ...payload, files: [{ name: 'rsyslog.conf', diff: '+pw' }] }).slice(1)}`;
  expect(JSON.stringify(readStatus(Buffer.from(body), NOW))).toBe(JSON.stringify(payload));
});

test.each<readonly [field: string, change: object]>([
  ['repo', { repo: '' }],
  ['repo', { repo: 'r'.repeat(256) }],
  ['server', { server: 7 }],
  ['server', { server: undefined }],
  ['server', { server: 'half a \ud800 character' }],
  ['sync_status', { sync_status: 'synced' }],
  ['drift_count', { drift_count: 1.5 }],
  ['drift_count', { drift_count: -1 }],
  ['drift_count', { drift_count: 2 }],
  ['drift_count', { drift_count: null }],
  ['files', { files: 'rsyslog.conf' }],
  ['files', { files: Array.from({ length: 10_001 }, () => ({ name: 'x' })) }],
  ['files[1]', { files: [{ name: 'a' }, 'b'] }],
  ['files[1].name', { files: [{ name: 'a' }, {}] }],
  ['files[0].name', { files: [{ name: 'n'.repeat(4097) }] }],
  ['last_check', { last_check: 'yesterday' }],
  ['last_check', { last_check: '2026-13-21T10:30:00Z' }],
  ['last_check', { last_check: '2026-04-21 10:30:00' }],
  ['last_check', { last_check: 1776767400 }],
  ['last_check', { last_check: '2026-04-21T10:40:01Z' }],
  ['fingerprint', { fingerprint: 5 }],
  ['duration_ms', { duration_ms: -3 }],
])('%s of %j is refused by name', (field, change) => {
  const bad = read({ ...payload, ...change });
  expect(bad).toMatchObject({ field, message: expect.stringContaining(field) });
});

test.each([[''], ['{'], ['null'], ['[]'], ['"x"'], ['7']])('%j is no status', body => {
  expect(readStatus(Buffer.from(body), NOW)).toMatchObject({
    field: '',
    message: expect.stringContaining('the body'),
  });
});

test('bytes that are no UTF-8 are refused', () => {
  const body = Buffer.from(JSON.stringify(payload).replace('rsyslog-lab', 'lab\xff'), 'latin1');
  expect(readStatus(body, NOW)).toMatchObject({ field: '' });
});

test.each([['2026-04-21T12:30:00+02:00'], ['2026-04-21T10:30:00.123456789Z'], ['2026-04-21T10:40:00Z']])(
  '%s is a time',
  last_check => {
    expect(read({ ...payload, last_check })).toMatchObject({ last_check });
  },
);
