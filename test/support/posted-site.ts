// Statuses as they are posted to a status server, for its page: nothing, all well, a usual bad day, and far too many.

import type { PostedStatus } from '../../src/domain/posted-status.ts';
import type { SyncStatus } from '../../src/domain/report.ts';
import { utcSeconds } from '../../src/domain/report.ts';

/** When the page is looked at. */
export const PAGE_NOW = new Date('2026-04-21T10:30:00Z');

type Extra = Partial<PostedStatus>;

/** A status of the repository `rsyslog`, checked this many seconds before {@link PAGE_NOW}. */
export const posted = (
  server: string,
  sync_status: SyncStatus,
  { files = [], ...more }: Extra = {},
  age = 40,
): PostedStatus => ({
  repo: 'rsyslog',
  server,
  sync_status,
  drift_count: files.length,
  files,
  last_check: utcSeconds(new Date(PAGE_NOW.getTime() - age * 1000)),
  ...more,
});

const named = (...names: readonly string[]): { name: string }[] => names.map(name => ({ name }));

/** Markup, a text that reads from right to left, and one without an end. */
export const HOSTILE = '"><img src=x onerror=window.owned=1><script>window.owned=1</script>';
export const BIDI = 'relay-\u202egnp.conf\u202c\u0007';
export const LONG = `${'very-long-name-'.repeat(16)}.conf`;

export const allInSync: readonly PostedStatus[] = ['relay-1', 'relay-2', 'rsyslog-lab', 'web-1', 'web-2'].map(
  (server, i) => posted(server, 'SYNCED', {}, 20 + i * 7),
);

/** Twelve servers; those that drifted were in sync an hour before. */
export const badDay: readonly PostedStatus[] = [
  ...['relay-1', 'relay-2', 'archive-1'].map(server => posted(server, 'SYNCED', {}, 4000)),
  posted('archive-1', 'OUT_OF_SYNC', { files: named('rsyslog.conf') }, 3500),
  posted(
    'relay-2',
    'OUT_OF_SYNC',
    { files: named(...Array.from({ length: 14 }, (_, i) => `rsyslog.d/${10 + i}-app.conf`)) },
    1900,
  ),
  posted('db-2', 'UNKNOWN', { reason: 'not-compared', files_expected: 5, files_compared: 4 }, 1300),
  posted('relay-1', 'OUT_OF_SYNC', {
    files: [
      { name: 'rsyslog.conf', change: 'modified', origin: 'edited' },
      { name: 'rsyslog.d/30-lab.conf', change: 'missing', origin: null },
      { name: 'rsyslog.d/99-debug.conf', change: 'unmanaged', origin: null },
    ],
    fingerprint: 'f',
  }),
  posted('archive-1', 'SYNCED', {}, 15),
  posted(HOSTILE, 'OUT_OF_SYNC', { files: named(HOSTILE, BIDI, LONG), repo: 'edge' }, 90),
  posted('db-1', 'UNKNOWN', { reason: 'ssh/unreachable', files_expected: 5, files_compared: 0 }, 30),
  posted('backup-1', 'SYNCED', {}, 7300),
  ...['lab-1', 'web-1', 'web-2', 'web-3'].map(server => posted(server, 'SYNCED')),
  posted(`host-${'x'.repeat(240)}`, 'SYNCED', { repo: 'edge' }, 70),
];

/** Ten thousand servers: half of a percent drifted, some are stale or unknown. */
export const tenThousand: readonly PostedStatus[] = Array.from({ length: 10_000 }, (_, i) => {
  const server = `node-${`${i}`.padStart(5, '0')}.example.net`;
  if (i % 67 === 3) return posted(server, 'OUT_OF_SYNC', { files: named('rsyslog.conf') }, 30 + (i % 600));
  if (i % 500 === 9) return posted(server, 'UNKNOWN', { reason: 'ssh/timed-out' });
  return posted(server, 'SYNCED', {}, i % 400 === 11 ? 2000 + i : 10 + (i % 110));
});
