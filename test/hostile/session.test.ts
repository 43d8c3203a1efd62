// Servers that let us in and then misbehave: with channels, requests, key exchanges and answers.

import type { Connection } from 'ssh2';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ExecFault,
  type FaultOptions,
  freshPrivateKey,
  type Request,
  startFaultServer,
} from '../support/fault-server.ts';
import {
  answering,
  finish,
  framed,
  hashOf,
  honest,
  LISTED,
  nonceOf,
  SAME,
} from '../support/hostile-answers.ts';
import { expectOutcomes, type HostileCase, runAgainst } from '../support/hostile-run.ts';
import { needs } from '../support/programs.ts';
import { text, u32 } from '../support/sftp-fault.ts';
import { disconnect, flag, message, pour, say } from '../support/ssh-wire.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const real = needs('sshd', 'ssh-keygen');

/** Long enough for the others to be served, so that only silence is ended by it. */
const SHORT = { timeoutMs: 4_000 };

const NASTY = '\x1b]0;owned\x07\x1b[2J\u202egnp.exe\nerror: at Object.<anonymous> (x.js:1:1)';

const server = (options: FaultOptions) => () => startFaultServer({ exec: answering(honest), ...options });

/** A server that does this when it is asked to run a command. */
const asked = (talk: (request: Request) => void): HostileCase['start'] =>
  server({ exec: () => ({ do: 'talk', talk }) });

const does = (fault: ExecFault): HostileCase['start'] => server({ exec: () => fault });

const withoutEnd = (payload: (channel: number) => Buffer) =>
  asked(({ accept, client, socket }) => {
    accept();
    pour(socket, () => say(client, payload(0)));
  });

const NOISE: readonly HostileCase[] = [
  ...(
    [
      ['IGNORE', message('ignore', text(Buffer.alloc(10_000)))],
      ['small IGNORE', message('ignore', text(''))],
      ['DEBUG', message('debug', flag(true), text(NASTY), text(''))],
      ['GLOBAL_REQUEST', message('globalRequest', text('keepalive@openssh.com'), flag(true))],
      [
        'host keys',
        message('globalRequest', text('hostkeys-00@openssh.com'), flag(false), text(Buffer.alloc(100))),
      ],
      ['CHANNEL_REQUEST', message('channelRequest', u32(0), text('keepalive@openssh.com'), flag(true))],
      ['banners', message('banner', text(NASTY), text(''))],
      ['logins', message('authSuccess')],
      ['data of no channel', message('channelData', u32(99), text(Buffer.alloc(10_000)))],
      ['CHANNEL_OPEN', message('channelOpen', text('session'), u32(1, 100, 100))],
      ['WINDOW_ADJUST', message('windowAdjust', u32(0, 0xffffffff))],
    ] as const
  ).map(
    ([name, payload]): HostileCase => ({
      name: `${name} without end`,
      outcome: 'ssh/protocol',
      start: withoutEnd(() => payload),
    }),
  ),
  {
    name: 'requests whose replies nobody reads',
    outcome: 'ssh/protocol',
    start: asked(({ accept, client, socket }) => {
      accept();
      socket.pause();
      const request = message('globalRequest', text('x'), flag(true));
      pour(socket, () => say(client, request));
    }),
  },
  { name: 'stdout without end', outcome: 'probe/too-large', start: does({ do: 'flood', stream: 'stdout' }) },
  { name: 'stderr without end', outcome: 'probe/too-large', start: does({ do: 'flood', stream: 'stderr' }) },
  {
    name: 'data beyond the window',
    outcome: 'probe/too-large',
    start: asked(({ accept, client, socket }) => {
      accept();
      const data = message('channelData', u32(0), text(Buffer.alloc(30_000)));
      pour(socket, () => say(client, data));
    }),
  },
  {
    name: 'key exchanges without end',
    outcome: 'ssh/protocol',
    start: asked(({ client }) => {
      client.on('rekey', () => client.rekey());
      client.rekey();
    }),
  },
];

/** Changes the host key of one connection for its later key exchanges. */
function changeHostKey(client: Connection): void {
  const key = ssh2.utils.parseKey(freshPrivateKey());
  if (key instanceof Error) throw key;
  const { _protocol: protocol } = client as unknown as {
    readonly _protocol: { _hostKeys: Record<string, unknown> };
  };
  protocol._hostKeys = { 'ecdsa-sha2-nistp256': Array.isArray(key) ? key[0] : key };
}

const OTHER_KEY = asked(({ accept, client, command }) => {
  changeHostKey(client);
  client.once('rekey', () => finish(accept(), honest(command)));
  client.rekey();
});

const KEYS: readonly HostileCase[] = [
  {
    name: 'the same key at the second key exchange',
    outcome: 'SYNCED',
    start: asked(({ accept, client, command }) => {
      client.once('rekey', () => finish(accept(), honest(command)));
      client.rekey();
    }),
  },
  { name: 'another key at the second key exchange', outcome: 'ssh/host-key-mismatch', start: OTHER_KEY },
  {
    name: 'another key at the second key exchange, after the first was learnt',
    outcome: 'ssh/host-key-mismatch',
    ssh: { host_key_policy: 'accept-new', known_hosts: 'learnt' },
    start: OTHER_KEY,
  },
  {
    name: 'another key in the middle of the answer',
    outcome: 'ssh/host-key-mismatch',
    start: asked(({ accept, client, command }) => {
      const answer = honest(command);
      const channel = accept();
      changeHostKey(client);
      channel.write(answer.subarray(0, 60));
      client.once('rekey', () => finish(channel, answer.subarray(60)));
      client.rekey();
    }),
  },
];

interface Replies {
  readonly _protocol: { readonly _handlers: Record<string, () => void> };
}

/** What a server may try to open with a client, each with its own fields (RFC 4254, PROTOCOL of OpenSSH). */
const OPENED: readonly (readonly [string, ...(readonly Buffer[])])[] = [
  ['forwarded-tcpip', text('127.0.0.1'), u32(22), text('127.0.0.1'), u32(22)],
  ['direct-tcpip', text('127.0.0.1'), u32(22), text('127.0.0.1'), u32(22)],
  ['x11', text('127.0.0.1'), u32(6000)],
  ['auth-agent@openssh.com'],
  ['forwarded-streamlocal@openssh.com', text('/run/agent'), text('')],
  ['session'],
  ['tun@openssh.com', u32(1, 0)],
];

/** Ends by a signal that ssh2's own server would not name. */
const signalled = (name: string): HostileCase['start'] =>
  asked(({ accept, client }) => {
    const channel = accept();
    say(
      client,
      message(
        'channelRequest',
        u32(0),
        text('exit-signal'),
        flag(false),
        text(name),
        flag(false),
        text(''),
        text(''),
      ),
    );
    channel.end();
  });

const CHANNELS: readonly HostileCase[] = [
  { name: 'no session', outcome: 'ssh/channel-refused', start: server({ session: 'refuse' }) },
  { name: 'no reply to the session', outcome: 'ssh/timeout', ...SHORT, start: server({ session: 'ignore' }) },
  { name: 'no command', outcome: 'ssh/exec-refused', start: does({ do: 'refuse' }) },
  { name: 'no reply to the command', outcome: 'ssh/timeout', ...SHORT, start: does({ do: 'ignore' }) },
  {
    name: 'a command that hangs',
    outcome: 'ssh/timeout',
    ...SHORT,
    start: does({ do: 'hang', stdout: 'x' }),
  },
  {
    name: 'an answer that drips',
    outcome: 'ssh/timeout',
    ...SHORT,
    start: asked(({ accept, command }) => {
      const channel = accept();
      const answer = honest(command);
      let at = 0;
      const timer = setInterval(() => channel.write(answer.subarray(at, ++at)), 60);
      channel.on('close', () => clearInterval(timer));
    }),
  },
  {
    name: 'no exit status',
    outcome: 'ssh/interrupted',
    start: server({ exec: command => ({ do: 'close', stdout: honest(command) }) }),
  },
  {
    name: 'a signal instead of an exit status',
    outcome: 'probe/killed',
    says: 'killed by SIGKILL',
    start: server({ exec: command => ({ do: 'signal', signal: 'KILL', stdout: honest(command) }) }),
  },
  {
    name: 'a signal with an escape code',
    outcome: 'probe/killed',
    start: signalled(NASTY),
  },
  { name: 'a signal of 30 KB', outcome: 'probe/killed', start: signalled('K'.repeat(30_000)) },
  {
    name: 'an exit status that is taken back',
    outcome: 'probe/no-answer',
    start: asked(({ accept }) => {
      const channel = accept();
      channel.exit(1);
      channel.exit(0);
      channel.end();
    }),
  },
  {
    name: 'a channel that is closed before the reply',
    outcome: /^ssh\/(interrupted|exec-refused|channel-refused)$/,
    start: asked(({ client }) => say(client, Buffer.concat([Buffer.of(97), u32(0)]))),
  },
  {
    name: 'DISCONNECT with words in the middle',
    outcome: 'ssh/interrupted',
    says: 'owned',
    start: asked(({ accept, client }) => {
      accept().write('x');
      say(client, disconnect(NASTY));
    }),
  },
  {
    name: 'a message that is cut short',
    outcome: 'ssh/interrupted',
    start: asked(({ accept, client }) => {
      accept();
      say(client, message('channelData', u32(0, 500)));
    }),
  },
  { name: 'a largest packet of 0 bytes', outcome: 'SYNCED', start: server({ packetSize: 0 }) },
  {
    name: 'a window that overflows',
    outcome: 'SYNCED',
    start: asked(({ accept, client, command }) => {
      const channel = accept();
      for (let i = 0; i < 10; i++) say(client, message('windowAdjust', u32(0, 0xffffffff)));
      finish(channel, honest(command));
    }),
  },
  {
    name: 'channels to our agent, our screen and our network',
    outcome: 'SYNCED',
    // Only who was refused all of them gets an answer.
    start: asked(({ accept, client, command }) => {
      const replies: string[] = [];
      const { _handlers: handlers } = (client as unknown as Replies)._protocol;
      const hear = (name: string) => (): void => {
        if (replies.push(name) < OPENED.length) return;
        if (replies.every(reply => reply === 'refused')) finish(accept(), honest(command));
      };
      handlers.CHANNEL_OPEN_FAILURE = hear('refused');
      handlers.CHANNEL_OPEN_CONFIRMATION = hear('opened');
      for (const [type, ...more] of OPENED)
        say(client, message('channelOpen', text(type), u32(7, 9999, 9999), ...more));
    }),
  },
];

const NAMED = (name: string, i = 2): readonly string[] => [
  `P ${i} 0 /etc/rsyslog.d/${name}`,
  `F ${i} file ${hashOf('x')} 1 1776000000 644 0 0 root:root`,
];
const allOf = (records: readonly (string | Buffer)[]): HostileCase['start'] =>
  server({ exec: answering(command => framed(command, records)) });
const record = (...records: readonly (string | Buffer)[]): HostileCase['start'] => allOf(records);
const many = (count: number): HostileCase['start'] =>
  allOf([LISTED, SAME, ...Array.from({ length: count }, (_, i) => NAMED(`${i}.conf`, i + 2)).flat()]);
const says = (make: (command: string) => string | Buffer, exitCode?: number): HostileCase['start'] =>
  server({ exec: answering(make, exitCode) });

const ANSWERS: readonly HostileCase[] = [
  { name: 'an honest one', outcome: 'SYNCED', start: says(honest) },
  { name: 'nothing, with success', outcome: 'probe/no-answer', start: says(() => '') },
  { name: 'nothing, with failure', outcome: 'probe/no-answer', start: says(() => '', 255) },
  {
    name: 'garbage',
    outcome: 'probe/no-answer',
    start: says(() => Buffer.alloc(500_000, '\xff\x1b[2J\x00\x9b')),
  },
  {
    name: 'another nonce',
    outcome: 'probe/no-answer',
    start: says(command => honest(command).toString('latin1').replaceAll(nonceOf(command), 'f'.repeat(32))),
  },
  {
    name: 'half a nonce',
    outcome: 'probe/no-answer',
    start: says(command =>
      honest(command).toString('latin1').replaceAll(nonceOf(command), nonceOf(command).slice(0, 31)),
    ),
  },
  { name: 'no END', outcome: 'probe/truncated', start: says(command => honest(command).subarray(0, -45)) },
  {
    name: 'no END of it, and one of another',
    outcome: 'probe/truncated',
    start: says(command =>
      Buffer.concat([honest(command).subarray(0, -46), Buffer.from(`\n${'0'.repeat(32)} END sha256sum`)]),
    ),
  },
  { name: 'nothing about the file', outcome: 'probe/garbled', start: record(LISTED) },
  { name: 'nothing about the glob', outcome: 'probe/garbled', start: record(SAME) },
  { name: 'the file twice', outcome: 'probe/garbled', start: record(LISTED, SAME, SAME) },
  { name: 'the glob twice', outcome: 'probe/garbled', start: record(LISTED, LISTED, SAME) },
  {
    name: 'a file that was not asked for',
    outcome: 'probe/garbled',
    start: record(LISTED, SAME, SAME.replace('F 1', 'F 2')),
  },
  {
    name: 'a file out of turn',
    outcome: 'probe/garbled',
    start: record(LISTED, SAME, ...NAMED('x.conf', 9)),
  },
  {
    name: 'a file elsewhere',
    outcome: 'probe/garbled',
    start: record(LISTED, SAME, 'P 2 0 /etc/shadow', SAME.replace('F 1', 'F 2')),
  },
  {
    name: 'a way up',
    outcome: 'probe/garbled',
    start: record(LISTED, SAME, ...NAMED('../../root/.ssh/x.conf')),
  },
  { name: 'a name of dots', outcome: 'probe/garbled', start: record(LISTED, SAME, ...NAMED('..')) },
  {
    name: 'a file of a directory below',
    outcome: 'probe/garbled',
    start: record(LISTED, SAME, ...NAMED('a/b.conf')),
  },
  {
    name: 'a file of no glob',
    outcome: 'probe/garbled',
    start: record(LISTED, SAME, 'P 2 7 /etc/rsyslog.d/x.conf'),
  },
  {
    name: 'a glob of a number of 30 KB',
    outcome: 'probe/garbled',
    start: record(`G ${'9'.repeat(30_000)} listed`),
  },
  {
    name: 'a package that was not asked about',
    outcome: 'probe/garbled',
    start: record(LISTED, `O bash ${hashOf('x')} /etc/shadow`, SAME),
  },
  {
    name: 'a kind of record that there is not',
    outcome: 'probe/garbled',
    start: record(LISTED, SAME, 'Z 1 x'),
  },
  {
    name: 'a size that is no number',
    outcome: 'probe/garbled',
    start: record(LISTED, SAME.replace(' 5 ', ' 5e9 ')),
  },
  {
    name: 'other bytes than it names the hash of',
    outcome: 'UNKNOWN',
    // It is asked again, without the glob.
    start: server({
      exec: (command, index) => ({
        do: 'answer',
        stdout: framed(command, [
          ...(index === 0 ? [LISTED] : []),
          SAME.replace(hashOf('main\n'), hashOf('other')),
          'D lies',
          'E 0',
        ]),
        exitCode: 0,
      }),
    }),
  },
  {
    name: 'a file that cannot be read, with success',
    outcome: 'UNKNOWN',
    start: record(LISTED, 'F 1 unreadable'),
  },
  {
    name: 'other bytes, and a size that lies',
    outcome: 'OUT_OF_SYNC',
    start: record(
      LISTED,
      `F 1 file ${hashOf('other')} 999999999999 1776000000 644 0 0 root:root`,
      'D other',
      'E 0',
    ),
  },
  {
    name: 'more after the END',
    outcome: 'SYNCED',
    start: says(command => Buffer.concat([honest(command), Buffer.from(`\n${nonceOf(command)} F 1 absent`)])),
  },
  {
    name: 'two answers, of which the first is none',
    outcome: 'probe/garbled',
    start: says(command => Buffer.concat([framed(command, []), honest(command)])),
  },
  { name: 'an answer in an answer', outcome: 'probe/garbled', start: record('BEGIN 1', LISTED, SAME) },
  {
    name: 'names of escape codes',
    outcome: 'OUT_OF_SYNC',
    start: record(LISTED, SAME, ...NAMED(`${NASTY.replaceAll('/', '')}\x00\x9b31m.conf`.replace('\x00', ''))),
  },
  {
    name: 'a name of 100 KB',
    outcome: 'OUT_OF_SYNC',
    start: record(LISTED, SAME, ...NAMED(`${'n'.repeat(100_000)}.conf`)),
  },
  {
    name: 'files by the hundred thousand',
    outcome: 'probe/too-large',
    start: many(100_000),
  },
];

/** The most files that one answer can name; the report about them is what takes the memory. */
const MANY: readonly HostileCase[] = [
  {
    name: 'files by the ten thousand',
    outcome: 'OUT_OF_SYNC',
    start: many(15_000),
  },
];
const MANY_MIB = 400;

real.describe('after the login', () => {
  let good: Sshd;
  beforeAll(async () => {
    good = await startSshd({ etc: { 'rsyslog.conf': 'main\n' } });
  });
  afterAll(() => good.stop());

  test.each<[string, readonly HostileCase[]]>([
    ['noise', NOISE],
    ['keys', KEYS],
    ['channels', CHANNELS],
    ['answers', ANSWERS],
    ['files', MANY],
  ])('%s', async (title, cases) => {
    const run = await runAgainst(cases, good, cases === MANY ? MANY_MIB : undefined);
    console.info(
      `hostile ${title}: ${cases.length} cases, ${Math.round(run.peakMiB)} MiB, ${run.longestMs} ms`,
    );
    expectOutcomes(cases, run);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });
});
