import { describe, expect, test } from 'vitest';
import { fingerprintOf, toExtendedPayload } from '../../src/domain/extended-payload.ts';
import { isBad, readStatus } from '../../src/domain/posted-status.ts';
import {
  failed,
  inSync,
  metadata,
  missing,
  modified,
  notCompared,
  report,
  server,
  unmanaged,
} from '../support/builders.ts';

const NOW = new Date('2026-04-21T10:30:00Z');
const extended = (...args: Parameters<typeof server>) =>
  toExtendedPayload(report([]), server(...args), '1.2.3');

test('the standard keys first, then the others in their order; no contents', () => {
  const payload = extended('lab', [
    inSync('/etc/rsyslog.conf'),
    modified('/etc/rsyslog.d/30-lab.conf', ['git s3cret\n', 'server s3cret\n'], {
      origin: { kind: 'edited', nearest: null },
    }),
    unmanaged('/etc/rsyslog.d/40-extra.conf', 's3cret'),
    notCompared('/etc/rsyslog.d/50-locked.conf', 'unreadable'),
  ]);
  const { fingerprint, duration_ms, ...rest } = payload;
  expect(rest).toEqual({
    repo: 'rsyslog',
    server: 'lab',
    sync_status: 'OUT_OF_SYNC',
    drift_count: 2,
    files: [
      { name: 'rsyslog.d/30-lab.conf', change: 'modified', origin: 'edited' },
      { name: 'rsyslog.d/40-extra.conf', change: 'unmanaged', origin: null },
    ],
    last_check: '2026-04-21T10:30:00Z',
    sync_code: 1,
    reason: 'not-compared',
    files_expected: expect.any(Number),
    files_compared: expect.any(Number),
    git_revision: report([]).git?.commit ?? null,
    git_dirty: report([]).git?.dirty ?? null,
    tool_version: '1.2.3',
  });
  expect(Object.keys(payload)).toEqual([
    ...['repo', 'server', 'sync_status', 'drift_count', 'files', 'last_check', 'sync_code', 'reason'],
    ...[
      'files_expected',
      'files_compared',
      'git_revision',
      'git_dirty',
      'fingerprint',
      'duration_ms',
      'tool_version',
    ],
  ]);
  expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(Number.isInteger(duration_ms)).toBe(true);
  expect(JSON.stringify(payload)).not.toContain('s3cret');
  // The status server takes and keeps every key of it.
  const read = readStatus(Buffer.from(JSON.stringify(payload)), NOW);
  expect(isBad(read)).toBe(false);
  expect(JSON.stringify(read)).toBe(JSON.stringify(payload));
});

test('a server that could not be compared has the code of its failure, and no fingerprint', () => {
  const payload = toExtendedPayload(
    report([]),
    failed('lab', { code: 'ssh/unreachable', message: 'm', hint: 'h' } as never),
    '1.2.3',
  );
  expect(payload).toMatchObject({
    sync_status: 'UNKNOWN',
    sync_code: 2,
    reason: 'ssh/unreachable',
    fingerprint: null,
  });
  expect(extended('lab', [inSync('/etc/a')])).toMatchObject({
    sync_code: 0,
    reason: null,
    fingerprint: null,
  });
});

describe('the fingerprint', () => {
  const A = modified('/etc/a', ['git\n', 'server\n']);
  const B = missing('/etc/b', 'git\n');
  const one = fingerprintOf([A, B]);

  test('is the same for the same drift: in any order, from another Git copy, at another time', () => {
    const later = modified('/etc/a', ['git 2\n', 'server\n'], { origin: { kind: 'unknown', reason: 'x' } });
    expect(fingerprintOf([B, A])).toBe(one);
    expect(fingerprintOf([later, B])).toBe(one);
    const linked = modified('/etc/a', ['git\n', 'server\n'], { notes: [{ code: 'symbolic-link' }] });
    expect(fingerprintOf([linked, B])).toBe(one);
  });

  test('changes with a name, a verdict, the contents, and an expectation', () => {
    const others = [
      [A],
      [A, missing('/etc/c', 'git\n')],
      [modified('/etc/a', ['git\n', 'server 2\n']), B],
      [unmanaged('/etc/a', 'server\n'), B],
      [metadata('/etc/a', { notes: [{ code: 'mode', expected: '0644', actual: '0600' }] })],
      [metadata('/etc/a', { notes: [{ code: 'mode', expected: '0644', actual: '0666' }] })],
    ].map(fingerprintOf);
    expect(new Set([one, ...others]).size).toBe(others.length + 1);
  });

  test('of two guesses at the contents many have the same: it confirms none', () => {
    const seen = new Map<string, number>();
    const all = Array.from({ length: 1500 }, (_, i) => fingerprintOf([unmanaged('/etc/a', `password ${i}`)]));
    for (const print of all) seen.set(print ?? '', (seen.get(print ?? '') ?? 0) + 1);
    expect([...seen.values()].some(count => count > 1)).toBe(true);
  });
});
