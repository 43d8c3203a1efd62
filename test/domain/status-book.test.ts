import { expect, test } from 'vitest';
import { sizeOf } from '../../src/domain/status-book.ts';
import { changeTo, type KeptStatus } from '../../src/domain/status-record.ts';

function kept(names: readonly string[]): KeptStatus {
  const change = changeTo(null, {
    repo: 'r',
    server: 's',
    sync_status: 'OUT_OF_SYNC',
    drift_count: names.length,
    files: names.map(name => ({ name })),
    last_check: '2026-04-21T10:30:00Z',
  });
  return change?.kept ?? expect.fail('nothing to compare with, so it cannot be older');
}

test('many short names weigh more than one long one of as much JSON: they take more memory', () => {
  const short = kept(Array.from({ length: 8_000 }, (_, i) => i.toString(36)));
  const long = kept(['x'.repeat(JSON.stringify(short).length)]);
  expect(sizeOf(short)).toBeGreaterThan(5 * sizeOf(long));
});
