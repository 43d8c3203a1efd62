// What a status server may answer to GET /status.json: `sshdrift serve` gives an object with the records in it, other
// servers one payload, an array of them, or an object by name.

import type { Payload } from '../../src/domain/payload.ts';
import type { SyncStatus } from '../../src/domain/report.ts';
import { rollUp } from '../../src/domain/status-roll-up.ts';

/** When the dashboard is looked at. */
export const NOW = Date.parse('2026-04-21T10:30:00Z');

/** A record of the repository `rsyslog`, checked this many seconds before {@link NOW}. */
export const record = (
  server: string,
  status: SyncStatus,
  { files = [], age = 60 }: { readonly files?: readonly string[]; readonly age?: number } = {},
): Payload => ({
  repo: 'rsyslog',
  server,
  sync_status: status,
  drift_count: files.length,
  files: files.map(name => ({ name })),
  last_check: new Date(NOW - age * 1000).toISOString().replace('.000Z', 'Z'),
});

/** The same records in every shape that can hold so many of them. */
export const documents = (
  records: readonly Payload[],
): readonly (readonly [shape: string, document: unknown])[] => [
  ['what sshdrift serve gives', rollUp(records)],
  ['an array', records],
  ['an object by name', Object.fromEntries(records.map(one => [`${one.repo}/${one.server}`, one]))],
  ...(records.length === 1 ? [['a bare object', records[0]] as const] : []),
];
