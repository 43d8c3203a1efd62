import { expect, test } from 'vitest';
import type { PostedStatus } from '../../src/domain/posted-status.ts';
import { changeTo } from '../../src/domain/status-record.ts';
import { webhookBody } from '../../src/domain/webhook-body.ts';

const posted = (sync_status: PostedStatus['sync_status'], minute: number): PostedStatus => ({
  repo: 'r',
  server: 's',
  sync_status,
  drift_count: 1,
  files: [{ name: 'a.conf', change: 'modified' } as PostedStatus['files'][number]],
  last_check: `2026-04-21T10:0${minute}:00Z`,
  reason: 'not for a webhook',
});

test('the six keys, what happened, and nothing else that was posted', () => {
  const before = changeTo(null, posted('SYNCED', 0));
  const change = changeTo(before?.kept ?? null, posted('OUT_OF_SYNC', 1));
  expect(change && webhookBody(change)).toStrictEqual({
    repo: 'r',
    server: 's',
    sync_status: 'OUT_OF_SYNC',
    drift_count: 1,
    files: [{ name: 'a.conf' }],
    last_check: '2026-04-21T10:01:00Z',
    event: 'drift',
    previous: 'SYNCED',
    since: '2026-04-21T10:01:00Z',
    first_drift_at: '2026-04-21T10:01:00Z',
  });
});

test('what alarms nobody has no body', () => {
  const change = changeTo(null, posted('SYNCED', 0));
  expect(change && webhookBody(change)).toBeNull();
});
