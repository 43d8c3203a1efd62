// One report for every situation that a person can be in; the golden files show how each is told.

import type { Report } from '../../src/domain/report.ts';
import * as build from './builders.ts';

const GIT_CONF = 'module(load="imuxsock")\n*.* @@old:514\nlast\n';
const SERVER_CONF = 'module(load="imuxsock")\n*.* @@new:514\nlast\n';

export const inSync = build.report([
  build.server('relay-1', [build.inSync('/etc/rsyslog.conf'), build.inSync('/etc/rsyslog.d/30-lab.conf')], {
    reload: { service: 'rsyslogd', runningSince: new Date('2026-04-01T08:00:00Z'), needed: true },
  }),
]);

/** Every verdict, every note, every cause. */
export const everyVerdict = build.report(
  [
    build.server('rsyslog-lab', [
      build.inSync('/etc/rsyslog.conf', 'x\n', { notes: [{ code: 'world-writable', mode: '0666' }] }),
      build.missing('/etc/rsyslog.d/10-gone.conf', 'one\ntwo\n'),
      build.missing('/etc/rsyslog.d/11-dangling.conf', 'one\n', { notes: [{ code: 'dangling-link' }] }),
      build.missing('/etc/rsyslog.d/12-old.conf', 'moved\n', {
        notes: [{ code: 'renamed-to', name: 'rsyslog.d/90-new.conf' }],
      }),
      build.modified('/etc/rsyslog.d/30-lab.conf', [GIT_CONF, SERVER_CONF]),
      build.modified('/etc/rsyslog.d/31-end.conf', ['a\r\nb\tc\n', 'a\nb\tc'], {
        notes: [{ code: 'symbolic-link' }, { code: 'mode', expected: '0644', actual: '0600' }],
      }),
      build.modified('/etc/rsyslog.d/32-large.conf', ['a\n', 'b\n'], {
        server: build.serverFile('b\n', { bytes: null, size: 2_000_000, metadata: null }),
        notes: [{ code: 'too-large', size: 2_000_000 }],
      }),
      build.modified('/etc/rsyslog.d/33-binary.conf', ['a\n', 'a\0\n']),
      build.modified('/etc/rsyslog.d/34-secret.conf', [
        'action(type="ommysql" pwd="old")\n',
        'action(type="ommysql" pwd="new")\n',
      ]),
      build.modified('/etc/rsyslog.d/35-rewritten.conf', [
        Buffer.from(Array.from({ length: 3000 }, (_, i) => `a${i}\n`).join('')),
        Buffer.from(Array.from({ length: 3001 }, (_, i) => `b${i}\n`).join('')),
      ]),
      build.metadata('/etc/rsyslog.d/40-owner.conf', {
        notes: [
          { code: 'owner', expected: 'root', actual: 'bob' },
          { code: 'group', expected: 'root', actual: 'staff' },
        ],
      }),
      build.notCompared('/etc/rsyslog.d/50-locked.conf', 'unreadable'),
      build.notCompared('/etc/rsyslog.d/51-pipe.conf', 'not-a-file', {
        notes: [{ code: 'not-a-file', type: 'fifo' }],
      }),
      build.notCompared('/etc/rsyslog.d/52-busy.conf', 'changed-while-read'),
      build.notCompared('/etc/rsyslog.d/53-nostat.conf', 'no-metadata', {
        server: build.serverFile('x\n', { bytes: null, metadata: null }),
      }),
      build.notCompared('/etc/rsyslog.d/54-huge.conf', 'too-large'),
      build.unmanaged('/etc/rsyslog.d/60-extra.conf', 'hand made\n'),
      build.unmanaged('/etc/rsyslog.d/61-empty.conf', ''),
      build.unmanagedOther('/etc/rsyslog.d/62-dir.conf', {
        notes: [{ code: 'not-a-file', type: 'directory' }],
      }),
      build.unmanagedOther('/etc/rsyslog.d/63-locked.conf', { notes: [{ code: 'unreadable' }] }),
      build.unmanagedOther('/etc/rsyslog.d/64-busy.conf', { notes: [{ code: 'changing' }] }),
      build.unmanaged('/etc/rsyslog.d/70-shipped.conf', 'x\n', {
        counted: false,
        package: { name: 'ufw', unmodified: true },
      }),
      build.unmanaged('/etc/rsyslog.d/71-edited.conf', 'y\n', {
        package: { name: 'ufw', unmodified: false },
      }),
      build.unmanaged('/etc/rsyslog.d/90-new.conf', 'moved\n', {
        notes: [{ code: 'renamed-from', name: 'rsyslog.d/12-old.conf' }],
      }),
    ]),
  ],
  { git: { ...build.GIT, dirty: true } },
);

export const failures = build.report(
  [
    build.failed('a-down', { code: 'ssh/refused', host: '192.0.2.1', port: 22 }),
    build.failed('b-key', {
      code: 'ssh/host-key-mismatch',
      host: '192.0.2.2',
      name: '192.0.2.2',
      keyType: 'ssh-ed25519',
      fingerprint: 'SHA256:abc',
      entry: 'known_hosts:3',
    }),
    build.failed('c-shell', {
      code: 'probe/no-answer',
      host: '192.0.2.3',
      user: 'deploy',
      exitCode: 1,
      output: 'This account is currently not available.\u001b[2J',
    }),
    build.failed('d-late', { code: 'run/timeout', afterMs: 90_000, started: false }),
  ],
  { git: { ...build.GIT, branch: null } },
);

export const ignored = build.report([
  build.server('relay-1', [build.inSync('/etc/rsyslog.conf')], {
    ignored: [
      { name: 'rsyslog.d/20-ufw.conf', reason: 'shipped and managed by ufw', until: '2027-06-30' },
      { name: 'rsyslog.d/21-cloudinit.conf', reason: 'written at first boot', until: null },
    ],
    warnings: ['rsyslog.d/x.conf is world-writable'],
  }),
]);

/** File names and contents that try to write something else than they are. */
export const oddNames = build.report([
  build.server('evil', [
    build.modified('/etc/rsyslog.d/a,b.conf', [
      'x\n',
      '\u001b]0;owned\u0007\u001b[2K\rSYNC_STATUS=SYNCED\n\u202etxt.\u202c\u200b\n',
    ]),
    build.modified('/etc/rsyslog.d/ümlaut.conf', [
      Buffer.from('ü\nold\n'),
      Buffer.from('c3bc0a6e6577fc0a', 'hex'),
    ]),
    build.unmanaged(
      Buffer.from('/etc/rsyslog.d/\xff\xfe.conf', 'latin1'),
      Buffer.from('\xff\x9b31m\n', 'latin1'),
    ),
    build.unmanaged('/etc/rsyslog.d/\u202efnoc.\u200b.conf', '\n'),
    build.unmanaged('/etc/rsyslog.d/x\nSYNC_STATUS=SYNCED\n\u001b[31m.conf', 'x'),
  ]),
]);

export const nothing: Report = build.report([], {
  git: null,
  warnings: ['ignore rule /etc/rsyslog.d/old.conf matches nothing'],
});

export const nothingCompared = build.report([
  build.failed('relay-1', { code: 'check/nothing-to-compare', detail: 'there are no Git copies' }),
]);

export const mixed = build.report([
  ...failures.servers.slice(0, 1),
  build.server('relay-1', [
    build.inSync('/etc/rsyslog.conf'),
    build.modified('/etc/rsyslog.d/30-lab.conf', [GIT_CONF, SERVER_CONF]),
  ]),
  ...inSync.servers.map(server => ({ ...server, server: 'relay-2' })),
]);

const version = (commitsBehind: number | null) => ({
  commit: '5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7081',
  subject: 'Send to the \u001b[31marchive\u202e',
  author: 'Ann "A\u0007" Example',
  date: new Date('2026-04-18T23:59:59Z'),
  commitsBehind,
});

const MIDDLE = 'module(load="imuxsock")\n*.* @@old:514 # middle\nlast\n';
const EDITED = 'module(load="imuxsock")\n*.* @@old:514 # middle\nlast, by hand pwd="x"\n';
const nearest = (commitsBehind: number | null, bytes: string) =>
  ({ kind: 'edited', nearest: { ...version(commitsBehind), bytes: Buffer.from(bytes) } }) as const;

/** Everything that Git can say about a file. */
export const origins = build.report([
  build.server('relay-1', [
    build.inSync('/etc/rsyslog.conf'),
    build.modified('/etc/rsyslog.d/10-behind.conf', [GIT_CONF, SERVER_CONF], {
      origin: { kind: 'behind', version: version(1) },
    }),
    build.modified('/etc/rsyslog.d/11-branch.conf', [GIT_CONF, SERVER_CONF], {
      origin: { kind: 'behind', version: version(null) },
    }),
    build.modified('/etc/rsyslog.d/12-dirty.conf', [GIT_CONF, SERVER_CONF], {
      origin: { kind: 'behind', version: version(0) },
    }),
    build.modified('/etc/rsyslog.d/20-edited.conf', [GIT_CONF, EDITED], { origin: nearest(3, MIDDLE) }),
    build.modified('/etc/rsyslog.d/21-on-top.conf', [MIDDLE, EDITED], { origin: nearest(0, MIDDLE) }),
    build.modified('/etc/rsyslog.d/30-unknown.conf', [GIT_CONF, SERVER_CONF], {
      origin: { kind: 'unknown', reason: 'this clone is shallow' },
    }),
    build.missing('/etc/rsyslog.d/40-missing.conf', 'new\n'),
    build.metadata('/etc/rsyslog.d/41-mode.conf', {
      notes: [{ code: 'mode', expected: '0644', actual: '0600' }],
    }),
    build.unmanaged('/etc/rsyslog.d/50-extra.conf', 'extra\n'),
    build.unmanaged('/etc/rsyslog.d/51-removed.conf', 'removed\n', {
      origin: { kind: 'behind', version: version(1) },
    }),
    build.unmanaged('/etc/rsyslog.d/52-removed.conf', 'removed, edited\n', {
      origin: nearest(1, 'removed\n'),
    }),
    build.notCompared('/etc/rsyslog.d/60-locked.conf', 'unreadable'),
  ]),
  ...inSync.servers.map(server => ({ ...server, server: 'relay-2' })),
  ...failures.servers.slice(0, 1),
]);
