// Jump hosts, proxy commands and SFTP servers that misbehave, each between us and an honest server, or instead of one.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerChannel } from 'ssh2';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { type ExecFault, startFaultServer } from '../support/fault-server.ts';
import { answering, honest } from '../support/hostile-answers.ts';
import { expectOutcomes, type Hostile, type HostileCase, runAgainst } from '../support/hostile-run.ts';
import { needs } from '../support/programs.ts';
import { createRepository } from '../support/repository.ts';
import { packet, reply, serveSftp, text, u32 } from '../support/sftp-fault.ts';
import { breakAt, disconnect, message, pour, say } from '../support/ssh-wire.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const real = needs('sshd', 'ssh-keygen', 'nc');

/** Long enough for the others to be served, so that only silence is ended by it. */
const SHORT = { timeoutMs: 4_000 };

/** False for a zombie, too. */
const isAlive = (pid: string): boolean =>
  existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';

const SFTP_ONLY: ExecFault = {
  do: 'answer',
  stdout: 'This service allows sftp connections only.\n',
  exitCode: 1,
};

type Serve = (channel: ServerChannel) => void;

const overSftp =
  (sftp: Serve): HostileCase['start'] =>
  () =>
    startFaultServer({ exec: () => SFTP_ONLY, sftp });

const SFTP: readonly HostileCase[] = [
  { name: 'silence', outcome: 'ssh/timeout', ...SHORT, start: overSftp(() => {}) },
  {
    name: 'another version',
    outcome: 'ssh/sftp-garbled',
    start: overSftp(channel => void serveSftp(channel, { version: reply.version(6) })),
  },
  {
    name: 'text',
    outcome: 'ssh/sftp-garbled',
    start: overSftp(channel => void channel.write('Welcome to \x1b[2J the server\n')),
  },
  {
    name: 'a packet of 4 GB',
    outcome: 'ssh/sftp-garbled',
    start: overSftp(channel => void channel.write(u32(0xffffffff, 0))),
  },
  {
    name: 'a packet of no bytes',
    outcome: 'ssh/sftp-garbled',
    start: overSftp(channel => void channel.write(u32(0))),
  },
  {
    name: 'an answer to no question',
    outcome: 'ssh/sftp-garbled',
    start: overSftp(channel => void serveSftp(channel, { lie: ({ id }) => reply.status(id + 1000, 0) })),
  },
  {
    name: 'names without end',
    outcome: 'probe/too-large',
    start: overSftp(channel => {
      const names = Array.from({ length: 200 }, (_, i) => `${'n'.repeat(100)}${i}.conf`);
      serveSftp(channel, {
        files: { '/etc/rsyslog.conf': { content: 'main\n' }, '/etc/rsyslog.d/a.conf': { content: 'x' } },
        lie: ({ name, id }) => (name === 'readdir' ? reply.names(id, names) : undefined),
      });
    }),
  },
  {
    name: 'a name that leads elsewhere',
    outcome: 'ssh/sftp-garbled',
    start: overSftp(channel => {
      serveSftp(channel, {
        files: { '/etc/rsyslog.conf': { content: 'main\n' }, '/etc/rsyslog.d/a.conf': { content: 'x' } },
        lie: ({ name, id }) => (name === 'readdir' ? reply.names(id, ['../../root/x.conf']) : undefined),
      });
    }),
  },
  {
    name: 'attributes that are cut short',
    outcome: 'ssh/sftp-garbled',
    start: overSftp(channel => {
      serveSftp(channel, {
        lie: ({ name, id }) => (/stat/.test(name) ? packet(105, u32(id, 15, 0)) : undefined),
      });
    }),
  },
  {
    name: 'data instead of attributes',
    outcome: 'ssh/sftp-garbled',
    start: overSftp(channel => {
      serveSftp(channel, { lie: ({ name, id }) => (/stat/.test(name) ? reply.data(id, 'x') : undefined) });
    }),
  },
  {
    name: 'a version that is followed by garbage',
    outcome: 'ssh/sftp-garbled',
    start: overSftp(channel => {
      serveSftp(channel, { version: packet(2, u32(3), text('extension'), u32(999)) });
    }),
  },
];

real.describe('on the way', () => {
  let good: Sshd;
  let dir: string;
  const started: Hostile[] = [];
  beforeAll(async () => {
    good = await startSshd({ etc: { 'rsyslog.conf': 'main\n' } });
    dir = mkdtempSync(join(tmpdir(), 'sshdrift-ways-'));
  });
  afterAll(async () => {
    rmSync(dir, { recursive: true, force: true });
    await Promise.all([good.stop(), ...started.map(server => server.stop())]);
  });

  const hold = async (title: string, cases: readonly HostileCase[]): Promise<void> => {
    const run = await runAgainst(cases, good);
    console.info(
      `hostile ${title}: ${cases.length} cases, ${Math.round(run.peakMiB)} MiB, ${run.longestMs} ms`,
    );
    expectOutcomes(cases, run);
  };

  test('SFTP', () => hold('SFTP', SFTP));

  test('jump hosts', async () => {
    /** Behind a jump host that fails in one way; the server itself is never reached. */
    const behind = async (
      name: string,
      outcome: string,
      options: Parameters<typeof startFaultServer>[0],
      says?: string,
    ): Promise<HostileCase> => {
      const jump = await startFaultServer(options);
      started.push(jump);
      return {
        name,
        outcome,
        ...(says === undefined ? {} : { says }),
        timeoutMs: 3_000,
        ssh: { jump: `root@127.0.0.1:${jump.port}`, connect_timeout: '2s' },
        start: async () => ({
          ...(await startFaultServer({ exec: answering(honest) })),
          knownHosts: jump.knownHosts,
        }),
      };
    };
    const forwarding = (
      talk: Extract<NonNullable<Parameters<typeof startFaultServer>[0]>['peer'], object>,
    ) => ({ peer: talk });
    await hold(
      'jump hosts',
      await Promise.all([
        behind('refuses the login', 'ssh/jump-failed', { auth: 'refuse' }, 'permission denied'),
        behind('FIN at the login', 'ssh/jump-failed', {
          peer: breakAt('USERAUTH_SUCCESS', s => void s.end()),
        }),
        behind('does not forward', 'ssh/jump-failed', {}, 'may not connect us'),
        behind(
          'never replies to the forwarding',
          'ssh/jump-failed',
          forwarding(client => void client.on('tcpip', () => {})),
          'no answer in 2 s',
        ),
        behind(
          'forwards to silence',
          'ssh/timeout',
          forwarding(client => void client.on('tcpip', accept => void accept())),
        ),
        behind(
          'forwards to garbage without end',
          'ssh/not-ssh',
          forwarding(client => {
            client.on('tcpip', accept => {
              const channel = accept();
              channel.on('error', () => {});
              const write = (): void => {
                while (!channel.destroyed && channel.write('garbage '.repeat(500)));
                if (!channel.destroyed) channel.once('drain', write);
              };
              write();
            });
          }),
        ),
        behind(
          'closes what it forwards',
          'ssh/closed-early',
          forwarding(client => void client.on('tcpip', accept => accept().close())),
        ),
        behind(
          'is cut while it forwards',
          'ssh/jump-failed',
          forwarding((client, socket) => {
            client.on('tcpip', accept => {
              accept();
              socket.end();
            });
          }),
        ),
        behind(
          'says good-bye while it forwards',
          'ssh/jump-failed',
          forwarding(client => {
            client.on('tcpip', accept => {
              accept();
              say(client, disconnect('\x1b[2J owned'));
            });
          }),
          'owned',
        ),
        behind(
          'sends noise without end while it forwards',
          'ssh/jump-failed',
          forwarding((client, socket) => {
            client.on('tcpip', accept => {
              accept();
              pour(socket, () => say(client, message('ignore', text(Buffer.alloc(1000)))));
            });
          }),
          'without end',
        ),
      ]),
    );
  });

  test('proxy commands, and all that they started has ended', async () => {
    const pids = join(dir, 'pids');
    const script = (name: string, text: string): string => {
      const file = join(dir, name);
      writeFileSync(file, `echo $$ >>${pids}\n${text}\n`);
      return `/bin/sh ${file}`;
    };
    const alias: string[] = [];
    const by = (name: string, outcome: string, command: string, says?: string): HostileCase => {
      alias.push(`Host ${name}\n  ProxyCommand ${command}\n`);
      return {
        name,
        outcome,
        ...(says === undefined ? {} : { says }),
        timeoutMs: 4_000,
        ssh: { connect_timeout: '2s' },
        start: async () => ({ host: name, port: 22, stop: async () => {} }),
      };
    };
    const cases = [
      by('exits', 'ssh/proxy-failed', script('exits', 'exit 7'), 'exit 7'),
      by('hangs', 'ssh/proxy-failed', script('hangs', 'exec sleep 61'), 'no answer'),
      by(
        'complains',
        'ssh/proxy-failed',
        script('complains', `while :; do printf '\\033[2J no no no\\n' >&2; done`),
        'no answer',
      ),
      by('babbles', 'ssh/not-ssh', script('babbles', 'exec yes')),
      by(
        'stays',
        'ssh/proxy-failed',
        script(
          'stays',
          `trap '' HUP INT TERM; (trap '' HUP TERM; echo $$ >>${pids}; exec sleep 62) & while :; do sleep 1; done`,
        ),
        'no answer',
      ),
      by('greets', 'ssh/timeout', script('greets', `printf 'SSH-2.0-x\\r\\n'; exec sleep 63`)),
      by(
        'breaks',
        'ssh/proxy-failed',
        script('breaks', `printf 'SSH-2.0-x\\r\\n'; sleep 0.2; kill -9 $$`),
        'killed',
      ),
    ];
    const config = join(dir, 'ssh_config');
    writeFileSync(config, alias.join(''));
    const run = await runAgainst(cases, good, undefined, ['--ssh-config', config]);
    console.info(
      `hostile proxy commands: ${cases.length} cases, ${Math.round(run.peakMiB)} MiB, ${run.longestMs} ms`,
    );
    expectOutcomes(cases, run);
    const all = readFileSync(pids, 'utf8').trim().split('\n');
    expect(all.length).toBeGreaterThanOrEqual(cases.length);
    await vi.waitFor(() => expect(all.filter(isAlive)).toEqual([]), { timeout: 3000 });
  });

  test('a proxy command that takes no notice of signals ends with the run that SIGINT ends', async () => {
    const told = join(dir, 'told');
    const stays = join(dir, 'ignores');
    const config = join(dir, 'ssh_config-ignores');
    execFileSync('mkfifo', [told]);
    writeFileSync(stays, `trap '' HUP INT TERM; echo $$ >${told}; while :; do sleep 1; done\n`);
    writeFileSync(config, `Host stays\n  ProxyCommand /bin/sh ${stays}\n`);
    const login = { identity_file: good.identityFile, known_hosts: 'known_hosts', connect_timeout: '1s' };
    const repo = createRepository({
      'files/rsyslog.conf': '',
      known_hosts: '',
      'inventory.yaml': JSON.stringify({
        servers: { lab: { host: 'stays', ssh: { user: 'root', ...login } } },
      }),
    });
    onTestFinished(repo.remove);
    const started = once(createReadStream(told), 'data');
    const { code, stdout } = await sshdrift(['check', '--ssh-config', config], {
      cwd: repo.dir,
      signal: { name: 'SIGINT', after: started },
    });
    const [pid] = await started;
    expect([code, stdout]).toEqual([130, expect.stringMatching(/^\? UNKNOWN lab$/m)]);
    expect(isAlive(`${pid}`.trim())).toBe(false);
  });
});
