import { expect, test } from 'vitest';
import { reloadHints, reloadOf } from '../../src/domain/reload.ts';
import { type RemotePath, remotePath } from '../../src/domain/remote-path.ts';
import type { RemoteFile, Running, Snapshot } from '../../src/domain/snapshot.ts';
import { METADATA, serverFile } from '../support/builders.ts';

const NOW = 1_776_000_000;
const at = (running: Running | null, fileAt: number | null, directoryAt: number | null = null): Snapshot => ({
  files: new Map<RemotePath, RemoteFile>([
    [remotePath('/etc/gone.conf'), { kind: 'absent' }],
    [
      remotePath('/etc/a.conf'),
      serverFile('x', { metadata: fileAt === null ? null : { ...METADATA, modifiedAt: fileAt } }),
    ],
  ]),
  listings: new Map(),
  shipped: new Map(),
  directories: new Map(directoryAt === null ? [] : [[remotePath('/etc/d/*'), directoryAt]]),
  running,
});
const RUNNING = { since: NOW - 1000, now: NOW };

test.each<[string, Snapshot, boolean | null]>([
  ['a file changed later', at(RUNNING, NOW - 500), true],
  ['a directory changed later', at(RUNNING, NOW - 5000, NOW - 500), true],
  ['a directory changed later, files have no time', at(RUNNING, null, NOW - 500), true],
  ['all changed before', at(RUNNING, NOW - 1500, NOW - 1001), false],
  ['changed in the second of the start, more or less', at(RUNNING, NOW - 998), false],
  ['no times', at(RUNNING, null), null],
  ['no process', at(null, NOW), null],
  ['a clock that is ten minutes fast', at({ since: NOW - 1000, now: NOW + 600 }, NOW - 500), true],
  ['a start by another clock', at({ since: NOW + 4000, now: NOW + 5000 }, NOW), null],
])('%s', (_, snapshot, needed) => {
  const reload = reloadOf(snapshot, 'rsyslogd', new Date(NOW * 1000));
  expect(reload?.needed ?? null).toBe(needed);
});

test('a person is told since when it runs, and only if that matters', () => {
  const hints = (fileAt: number, service: string) =>
    reloadHints(reloadOf(at({ since: 60, now: NOW }, fileAt), service, new Date(NOW * 1000)));
  expect(hints(120, 'rsyslogd\x1b')).toEqual([
    'rsyslogd\\x1b has run since 1970-01-01T00:01:00Z, files changed later: reload needed?',
  ]);
  expect([...hints(60, 'rsyslogd'), ...reloadHints(null)]).toEqual([]);
});
