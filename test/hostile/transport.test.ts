// Servers that break SSH before anyone is logged in: on the wire, in the key exchange, and in authentication.

import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FaultOptions, startFaultServer } from '../support/fault-server.ts';
import { listen, reset } from '../support/fault-tcp.ts';
import { answering, honest } from '../support/hostile-answers.ts';
import { expectOutcomes, type HostileCase, runAgainst } from '../support/hostile-run.ts';
import { needs } from '../support/programs.ts';
import { text, u32 } from '../support/sftp-fault.ts';
import {
  breakAt,
  clearPacket,
  disconnect,
  flag,
  IDENT,
  kexinit,
  message,
  onSending,
  pour,
  say,
} from '../support/ssh-wire.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const real = needs('sshd', 'ssh-keygen');

/** Long enough for the others to be served, so that only silence is ended by it. */
const SHORT = { timeoutMs: 3_000 };

const NASTY = '\x1b]0;owned\x07\x1b[2J\u202egnp.exe\r\nerror: at Object.<anonymous> (x.js:1:1)\x00';

const tcp = (talk: (socket: Socket) => void) => () =>
  listen(socket => {
    socket.resume(); // so that the client's FIN is seen
    talk(socket);
  });

const server =
  (options: FaultOptions = {}) =>
  () =>
    startFaultServer({ exec: answering(honest), ...options });

const drip = (socket: Socket, bytes: () => string | Buffer, everyMs: number): void => {
  const timer = setInterval(() => socket.write(bytes()), everyMs);
  socket.on('close', () => clearInterval(timer));
};

/** Sends these packets before the keys, after an identification. */
const clear = (...packets: readonly Buffer[]) =>
  tcp(socket => void socket.write(Buffer.concat([Buffer.from(IDENT), ...packets])));

const IGNORE = clearPacket(message('ignore', text(Buffer.alloc(30_000))));
const EMPTY = clearPacket(Buffer.alloc(0), 11);

const GREETINGS: readonly HostileCase[] = [
  { name: 'silence after accept', outcome: 'ssh/timeout', ...SHORT, start: tcp(() => {}) },
  { name: 'FIN after accept', outcome: 'ssh/closed-early', start: tcp(socket => void socket.end()) },
  { name: 'RST after accept', outcome: 'ssh/closed-early', start: tcp(reset) },
  {
    name: 'silence after the identification',
    outcome: 'ssh/timeout',
    ...SHORT,
    start: tcp(socket => void socket.write(IDENT)),
  },
  {
    name: 'an identification that drips',
    outcome: 'ssh/timeout',
    ...SHORT,
    start: tcp(socket => drip(socket, () => 'S', 50)),
  },
  {
    name: 'greeting lines without end',
    outcome: 'ssh/not-ssh',
    start: tcp(socket => pour(socket, () => socket.write(`${'hello '.repeat(100)}\r\n`))),
  },
  {
    name: 'empty greeting lines without end',
    outcome: 'ssh/closed-early',
    says: 'greeting lines',
    start: tcp(socket => pour(socket, () => socket.write('\n'.repeat(1000)))),
  },
  {
    name: 'a greeting that drips',
    outcome: 'ssh/timeout',
    ...SHORT,
    start: tcp(socket => drip(socket, () => 'hello\r\n', 20)),
  },
  {
    name: 'one line of 10 MB',
    outcome: 'ssh/not-ssh',
    start: tcp(socket => void socket.write('A'.repeat(10_000_000))),
  },
  {
    name: 'an identification of 10 MB',
    outcome: 'ssh/protocol',
    start: tcp(socket => void socket.write(`SSH-2.0-${'A'.repeat(10_000_000)}\r\n`)),
  },
  {
    name: 'an identification of control characters',
    outcome: 'ssh/timeout',
    ...SHORT,
    start: tcp(socket => void socket.write('SSH-2.0-\x1b[2J\x07 \x1b]0;owned\x07\r\n')),
  },
  {
    name: 'a greeting of control characters',
    outcome: 'ssh/not-ssh',
    start: tcp(socket => void socket.end(NASTY)),
  },
  {
    name: 'SSH-1.5',
    outcome: 'ssh/protocol',
    start: tcp(socket => void socket.write('SSH-1.5-1.2.27\r\n')),
  },
  {
    name: 'SSH-1.99 and then nothing',
    outcome: 'ssh/timeout',
    ...SHORT,
    start: tcp(socket => void socket.write('SSH-1.99-Cisco-1.25\r\n')),
  },
  {
    name: 'SSH-3.0',
    outcome: 'ssh/protocol',
    start: tcp(socket => void socket.write('SSH-3.0-future\r\n')),
  },
  {
    name: 'HTTP',
    outcome: 'ssh/not-ssh',
    start: tcp(socket => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  },
  {
    name: 'a TLS alert',
    outcome: 'ssh/not-ssh',
    start: tcp(socket => void socket.end(Buffer.from('15030100020228', 'hex'))),
  },
];

const PACKETS: readonly HostileCase[] = [
  { name: 'a packet of 4 GB', outcome: 'ssh/protocol', start: clear(u32(0xffffffff, 0)) },
  { name: 'a packet of no length', outcome: 'ssh/protocol', start: clear(u32(0, 0, 0, 0)) },
  {
    name: 'more padding than packet',
    outcome: 'ssh/protocol',
    start: clear(Buffer.concat([u32(12), Buffer.of(255), Buffer.alloc(11)])),
  },
  {
    name: 'a message of an unknown number',
    outcome: 'ssh/protocol',
    start: clear(clearPacket(Buffer.of(199))),
  },
  {
    name: 'success before the key exchange',
    outcome: 'ssh/protocol',
    start: clear(clearPacket(message('authSuccess'))),
  },
  {
    name: 'IGNORE without end before the key exchange',
    outcome: 'ssh/protocol',
    start: tcp(socket => {
      socket.write(IDENT);
      pour(socket, () => socket.write(IGNORE));
    }),
  },
  {
    name: 'empty packets without end before the key exchange',
    outcome: 'ssh/protocol',
    start: tcp(socket => {
      socket.write(IDENT);
      pour(socket, () => socket.write(EMPTY));
    }),
  },
  {
    name: 'packets that drip',
    outcome: 'ssh/timeout',
    ...SHORT,
    start: tcp(socket => {
      socket.write(IDENT);
      let at = 0;
      drip(socket, () => IGNORE.subarray(at, ++at), 50);
    }),
  },
  {
    name: 'DISCONNECT with words before the key exchange',
    outcome: 'ssh/closed-early',
    says: 'owned',
    start: clear(clearPacket(disconnect(NASTY))),
  },
  {
    name: 'DISCONNECT with 30 KB of words',
    outcome: 'ssh/closed-early',
    start: clear(clearPacket(disconnect('\x1b'.repeat(30_000)))),
  },
  {
    name: 'a KEXINIT that is cut short',
    outcome: 'ssh/protocol',
    start: clear(clearPacket(kexinit({}).subarray(0, 40))),
  },
  {
    name: 'a KEXINIT, and then nothing',
    outcome: 'ssh/timeout',
    ...SHORT,
    start: clear(clearPacket(kexinit({}))),
  },
  {
    name: 'two KEXINITs',
    outcome: 'ssh/protocol',
    start: clear(clearPacket(kexinit({})), clearPacket(kexinit({}))),
  },
  {
    name: 'KEXINIT, and NEWKEYS without an exchange',
    outcome: 'ssh/protocol',
    start: clear(clearPacket(kexinit({})), clearPacket(Buffer.of(21))),
  },
  {
    name: 'a key exchange reply of nonsense',
    outcome: 'ssh/protocol',
    start: clear(clearPacket(kexinit({})), clearPacket(Buffer.from([31, 0, 0, 0, 9, 1, 2, 3]))),
  },
  ...(
    [
      ['post-quantum only', { kex: 'mlkem768x25519-sha256,sntrup761x25519-sha512' }],
      ['certificates only', { hostKey: 'ssh-ed25519-cert-v01@openssh.com' }],
      ['host keys with SHA-1 only', { hostKey: 'ssh-rsa,ssh-dss' }],
      ['a group of 1024 bits only', { kex: 'diffie-hellman-group1-sha1,diffie-hellman-group14-sha1' }],
      ['3DES only', { cipher: '3des-cbc,aes128-cbc,arcfour' }],
      ['MD5 only', { mac: 'hmac-md5,hmac-sha1-96,hmac-sha1' }],
      ['no encryption', { cipher: 'none', mac: 'none' }],
      ['a prime of its own choice only', { kex: 'diffie-hellman-group-exchange-sha256' }],
    ] as const
  ).map(
    ([name, offer]): HostileCase => ({
      name,
      outcome: 'ssh/no-common-algorithm',
      says: 'no matching',
      start: clear(clearPacket(kexinit(offer))),
    }),
  ),
];

/** The packets of an honest server, in order. */
const STAGES = [
  'ident',
  'KEXINIT',
  'KEXECDH_REPLY',
  'NEWKEYS',
  'EXT_INFO',
  'SERVICE_ACCEPT',
  'USERAUTH_SUCCESS',
  'CHANNEL_OPEN_CONFIRMATION',
  'CHANNEL_SUCCESS',
  'CHANNEL_DATA',
  'CHANNEL_REQUEST',
  'CHANNEL_EOF',
  'CHANNEL_CLOSE',
] as const;
const LOGGED_IN = STAGES.indexOf('USERAUTH_SUCCESS');
/** Then the exit status has come, and the answer before it. */
const ANSWERED = STAGES.indexOf('CHANNEL_REQUEST');

const ENDS: Readonly<Record<string, (socket: Socket) => void>> = {
  FIN: socket => void socket.end(),
  RST: reset,
  silence: () => {},
};

const CUTS: readonly HostileCase[] = STAGES.flatMap((stage, i) =>
  Object.entries(ENDS).map(([name, end]): HostileCase => {
    const lost = i > LOGGED_IN ? 'ssh/interrupted' : 'ssh/closed-early';
    const whole = i > ANSWERED && { FIN: 'SYNCED', RST: /^(SYNCED|ssh\/interrupted)$/ }[name];
    return {
      name: `${name} instead of ${stage}`,
      outcome: whole || (name === 'silence' ? 'ssh/timeout' : lost),
      ...(name === 'silence' ? SHORT : {}),
      start: server({ peer: breakAt(stage, end) }),
    };
  }),
);

/** The same packets, each with a bit of it turned. */
const BITS: readonly HostileCase[] = STAGES.slice(2).map(
  (stage, i): HostileCase => ({
    name: `a wrong bit in ${stage}`,
    outcome: i > LOGGED_IN - 2 ? 'ssh/interrupted' : 'ssh/protocol',
    start: server({
      peer: breakAt(stage, (_, piece, write) => {
        const at = piece.length >= 12 ? piece.length - 1 : -1;
        if (at >= 0) piece[at] = (piece[at] ?? 0) ^ 1;
        write(piece);
      }),
    }),
  }),
);

/** Says something as soon as the service of authentication is asked for. */
const insteadOfLogin = (
  talk: (say: (payload: Buffer) => void, socket: Socket) => void,
): HostileCase['start'] =>
  server({
    peer: (client, socket) => {
      client.on('authentication', () => talk(payload => say(client, payload), socket));
    },
    auth: 'ignore',
  });

const FAILURE = (methods: string, partial = false): Buffer =>
  message('authFailure', text(methods), flag(partial));

const LOGINS: readonly HostileCase[] = [
  {
    name: 'banners without end',
    outcome: 'ssh/protocol',
    start: insteadOfLogin((tell, socket) =>
      pour(socket, () => tell(message('banner', text(NASTY.repeat(500)), text('')))),
    ),
  },
  ...(
    [
      ['IGNORE', message('ignore', text(Buffer.alloc(1000)))],
      ['DEBUG', message('debug', flag(true), text(NASTY), text(''))],
      ['GLOBAL_REQUEST', message('globalRequest', text('keepalive@openssh.com'), flag(true))],
      ['EXT_INFO', message('extInfo', u32(1), text('server-sig-algs'), text('rsa-sha2-512'))],
    ] as const
  ).map(
    ([name, payload]): HostileCase => ({
      name: `${name} without end before the login`,
      outcome: 'ssh/protocol',
      start: insteadOfLogin((tell, socket) => pour(socket, () => tell(payload))),
    }),
  ),
  {
    name: 'refusals without end',
    outcome: /^ssh\/(protocol|auth-refused)$/,
    start: insteadOfLogin((tell, socket) => pour(socket, () => tell(FAILURE('publickey')))),
  },
  {
    name: 'partial success for ever',
    outcome: 'ssh/auth-refused',
    start: insteadOfLogin(tell => tell(FAILURE('publickey', true))),
  },
  {
    name: 'methods that change',
    outcome: 'ssh/auth-refused',
    start: insteadOfLogin(tell => tell(FAILURE(`password,${NASTY.replaceAll('\x00', '')}`.repeat(100)))),
  },
  {
    name: 'a wish for the password',
    outcome: 'ssh/auth-refused',
    start: insteadOfLogin(tell => tell(FAILURE('password,keyboard-interactive'))),
  },
  {
    name: 'questions that were not invited',
    outcome: 'ssh/auth-refused',
    start: insteadOfLogin(tell => {
      for (let i = 0; i < 100; i++)
        tell(
          message('infoRequest', text(NASTY), text(NASTY), text(''), u32(1), text('Password: '), flag(false)),
        );
      tell(FAILURE('publickey'));
    }),
  },
  {
    name: 'DISCONNECT with words at the login',
    outcome: 'ssh/closed-early',
    says: 'owned',
    start: insteadOfLogin(tell => tell(disconnect(NASTY))),
  },
  {
    name: 'a refusal that is cut short',
    outcome: 'ssh/protocol',
    start: insteadOfLogin(tell => tell(message('authFailure', u32(500)))),
  },
  {
    name: 'a refusal before the question',
    outcome: /^ssh\/(protocol|closed-early)$/,
    start: server({
      peer: client => {
        client.once('handshake', () => say(client, FAILURE('publickey')));
      },
    }),
  },
  {
    name: 'messages of unknown numbers',
    outcome: 'SYNCED',
    start: server({
      peer: client => {
        client.once('handshake', () => {
          for (const type of [8, 192, 250, 255]) say(client, Buffer.of(type));
        });
      },
    }),
  },
  { name: 'an honest server', outcome: 'SYNCED', start: server() },
];

real.describe('before the login', () => {
  let good: Sshd;
  beforeAll(async () => {
    good = await startSshd({ etc: { 'rsyslog.conf': 'main\n' } });
  });
  afterAll(() => good.stop());

  test.each<[string, readonly HostileCase[]]>([
    ['greetings', GREETINGS],
    ['packets', PACKETS],
    ['cuts', CUTS],
    ['wrong bits', BITS],
    ['logins', LOGINS],
  ])(`%s`, async (title, cases) => {
    const run = await runAgainst(cases, good);
    console.info(
      `hostile ${title}: ${cases.length} cases, ${Math.round(run.peakMiB)} MiB, ${run.longestMs} ms`,
    );
    expectOutcomes(cases, run);
  });

  test('the names of the stages are those of the packets', async () => {
    const sent: string[] = ['ident'];
    const heard = await startFaultServer({
      exec: answering(honest),
      peer: client => onSending(client, name => sent.push(name)),
    });
    const cases: readonly HostileCase[] = [{ name: 'honest', outcome: 'SYNCED', start: async () => heard }];
    expectOutcomes(cases, await runAgainst(cases, good));
    expect(sent.filter(name => name !== 'CHANNEL_WINDOW_ADJUST')).toEqual(STAGES);
  });
});
