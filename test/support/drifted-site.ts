// A site as an operator knows it: five servers, of which each has drifted in its own way. For reports that are looked at.

import type { Report } from '../../src/domain/report.ts';
import * as build from './builders.ts';

const VERSION = {
  commit: '9f8e7d6c5b4a39281706f5e4d3c2b1a098765432',
  subject: 'Send a copy of everything to the archive',
  author: 'Ada Lovelace',
  date: new Date('2026-03-02T09:12:00Z'),
} as const;

const MAIN = `# rsyslog.conf: what every server loads first.
module(load="imuxsock")
module(load="imklog")

$FileOwner root
$FileGroup adm
$FileCreateMode 0640
$WorkDirectory /var/spool/rsyslog

$IncludeConfig /etc/rsyslog.d/*.conf
`;
const LAB = `# 30-lab.conf: the lab's services log into files of their own.
template(name="lab" type="string" string="%timegenerated% %HOSTNAME% %syslogtag%%msg%\\n")

if $programname startswith "lab-" then {
\taction(type="omfile" file="/var/log/lab.log" template="lab")
\tstop
}

# Warnings go to the people on call.
*.warning action(type="omfwd" target="oncall.example.net" port="514" protocol="tcp")
*.err     action(type="omfwd" target="oncall.example.net" port="6514" protocol="tcp")

& stop
`;
const REMOTE = `# 31-remote.conf
module(load="omelasticsearch")
*.info action(type="omelasticsearch" server="archive.example.net"
              uid="rsyslog" pwd="correct horse battery"
              action.resumeRetryCount="-1")
`;

const OLD_LAB = LAB.replace('lab.log', 'lab-old.log');

/** In sync, two commits behind, edited on top of an old commit, an extra and a renamed file, not to be reached. */
export const driftedSite: Report = build.report(
  [
    build.server('relay-1', [
      build.inSync('/etc/rsyslog.conf', MAIN),
      build.inSync('/etc/rsyslog.d/30-lab.conf', LAB),
    ]),
    build.server(
      'relay-2',
      [build.inSync('/etc/rsyslog.conf', MAIN), build.inSync('/etc/rsyslog.d/30-lab.conf', LAB)],
      {
        ignored: [
          { name: 'rsyslog.d/20-ufw.conf', reason: 'shipped and managed by ufw', until: '2027-06-30' },
        ],
      },
    ),
    build.server(
      'rsyslog-lab',
      [
        build.modified('/etc/rsyslog.conf', [MAIN, MAIN.replace('0640', '0644')], {
          origin: { kind: 'edited', nearest: { ...VERSION, bytes: Buffer.from(MAIN), commitsBehind: 0 } },
        }),
        build.modified(
          '/etc/rsyslog.d/30-lab.conf',
          [
            LAB,
            OLD_LAB.replace('port="514"', 'port="10514"').replace(
              '& stop\n',
              '*.debug /var/log/debug\n& stop',
            ),
          ],
          {
            origin: {
              kind: 'edited',
              nearest: { ...VERSION, bytes: Buffer.from(OLD_LAB), commitsBehind: 2 },
            },
            notes: [{ code: 'symbolic-link' }],
          },
        ),
        build.modified(
          '/etc/rsyslog.d/31-remote.conf',
          [REMOTE, REMOTE.replace('correct horse', 'wrong donkey')],
          {
            origin: { kind: 'behind', version: { ...VERSION, commitsBehind: 2 } },
          },
        ),
        build.missing('/etc/rsyslog.d/40-audit.conf', 'local6.* /var/log/audit-forward.log\n'),
        build.missing('/etc/rsyslog.d/50-moved.conf', 'moved\n', {
          notes: [{ code: 'renamed-to', name: 'rsyslog.d/05-moved.conf' }],
        }),
        build.metadata('/etc/rsyslog.d/60-mode.conf', {
          notes: [{ code: 'mode', expected: '0644', actual: '0666' }],
        }),
        build.unmanaged('/etc/rsyslog.d/05-moved.conf', 'moved\n', {
          notes: [{ code: 'renamed-from', name: 'rsyslog.d/50-moved.conf' }],
        }),
        build.unmanaged(
          '/etc/rsyslog.d/99-debug.conf',
          '# left over from last Tuesday\n*.* /var/log/everything',
        ),
        build.unmanaged(
          '/etc/rsyslog.d/21-cloudinit.conf',
          ':syslogtag, isequal, "[CLOUDINIT]" /var/log/cloud-init.log\n',
          {
            counted: false,
          },
        ),
        build.inSync('/etc/rsyslog.d/10-first.conf'),
      ],
      {
        warnings: [
          '/etc/rsyslog.d/60-mode.conf is world-writable (mode 0666): anyone on the server can change it',
        ],
      },
    ),
    build.server('web-1', [
      build.modified(
        '/etc/rsyslog.conf',
        [MAIN, Array.from({ length: 30 }, (_, i) => `local${i % 8}.* @@log-${i}.example.net:514`).join('\n')],
        {
          origin: {
            kind: 'unknown',
            reason: 'the clone is shallow; git fetch --unshallow brings the history',
          },
        },
      ),
      build.notCompared('/etc/rsyslog.d/30-lab.conf', 'unreadable'),
    ]),
    build.failed('web-2', { code: 'ssh/refused', host: 'web-2.example.net', port: 22 }),
  ],
  { warnings: ['the ignore rule for /etc/rsyslog.d/old.conf matches nothing (was removed in spring)'] },
);
