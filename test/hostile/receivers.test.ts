// Status receivers, and proxies in front of them, that do what no honest one does. What hangs, drips and cuts in ordinary
// ways is in test/io/post-status-hostile.test.ts.

import type { Socket } from 'node:net';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { allClosed, rawServer } from '../support/http-ends.ts';
import { payload, testPoster } from '../support/poster.ts';

/** Milliseconds; only those that hang wait so long. */
const ATTEMPT_MS = 800;
const NASTY = '\x1b]0;owned\x07\x1b[2J\u202e\x9b31m\x00';

interface ReceiverCase {
  readonly name: string;
  readonly talk: (socket: Socket) => void;
  readonly outcome: 'delivered' | 'failed';
  /** 1 where trying again would be of no use. */
  readonly attempts: number;
  readonly says?: RegExp;
}

const every =
  (bytes: () => string | Buffer, head = '') =>
  (socket: Socket): void => {
    if (head !== '') socket.write(head);
    const timer = setInterval(() => socket.write(bytes()), 10);
    socket.on('close', () => clearInterval(timer));
  };

/** Writes as fast as it is taken. */
const flood =
  (bytes: string | Buffer, head = '') =>
  (socket: Socket): void => {
    if (head !== '') socket.write(head);
    const go = (): void => {
      if (socket.destroyed) return;
      while (socket.writableLength < 256 * 1024) socket.write(bytes);
      setImmediate(go);
    };
    go();
  };

const answer = (text: string | Buffer) => (socket: Socket) => void socket.write(text);
const cut = (text: string) => (socket: Socket) => void socket.write(text, () => socket.resetAndDestroy());
const OK = 'HTTP/1.1 200 OK\r\n';
const BOMB = gzipSync(Buffer.alloc(50 * 1024 * 1024));
const encoded = (encoding: string, body: Buffer, status = '200 OK'): Buffer =>
  Buffer.concat([
    Buffer.from(
      `HTTP/1.1 ${status}\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);

/** A permanent refusal is tried once, everything that may pass as often as tries are allowed. */
const [ONCE, ALL] = [1, 5];

const CASES: readonly ReceiverCase[] = [
  {
    name: 'headers that drip',
    talk: every(() => 'x', OK),
    outcome: 'failed',
    attempts: ALL,
    says: /no answer within/,
  },
  {
    name: 'a status line that drips',
    talk: every(() => 'K', 'HTTP/1.1 200 O'),
    outcome: 'failed',
    attempts: ALL,
    says: /no answer within/,
  },
  {
    name: 'headers without end',
    talk: flood(`x-a: ${'a'.repeat(1000)}\r\n`, OK),
    outcome: 'failed',
    attempts: ONCE,
  },
  {
    name: 'one header without end',
    talk: flood('a'.repeat(10_000), `${OK}x: `),
    outcome: 'failed',
    attempts: ONCE,
  },
  {
    name: '100 Continue without end',
    talk: flood('HTTP/1.1 100 Continue\r\n\r\n'),
    outcome: 'failed',
    attempts: ALL,
  },
  {
    name: '103 Early Hints without end',
    talk: flood('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'),
    outcome: 'failed',
    attempts: ALL,
  },
  {
    name: '101 Switching Protocols',
    talk: answer('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'),
    outcome: 'failed',
    attempts: ALL,
  },
  {
    name: 'the preface of HTTP/2',
    talk: answer('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    outcome: 'failed',
    attempts: ONCE,
    says: /not HTTP/,
  },
  {
    name: 'a frame of HTTP/2',
    talk: answer(Buffer.from('000012040000000000000300000064', 'hex')),
    outcome: 'failed',
    attempts: ONCE,
    says: /not HTTP/,
  },
  {
    name: 'a TLS alert',
    talk: answer(Buffer.from('15030100020228', 'hex')),
    outcome: 'failed',
    attempts: ONCE,
    says: /not HTTP/,
  },
  {
    name: 'two lengths',
    talk: answer(`${OK}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`),
    outcome: 'failed',
    attempts: ONCE,
  },
  {
    name: 'a length and chunks',
    talk: answer(`${OK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
    outcome: 'failed',
    attempts: ONCE,
  },
  {
    name: 'chunks of no number',
    talk: answer(`${OK}transfer-encoding: chunked\r\n\r\nzz\r\n`),
    outcome: 'delivered',
    attempts: ONCE,
  },
  {
    name: 'a body without end, with success',
    talk: flood('y'.repeat(4096), `${OK}\r\n`),
    outcome: 'delivered',
    attempts: ONCE,
  },
  {
    name: 'a gzip bomb, with success',
    talk: answer(encoded('gzip', BOMB)),
    outcome: 'delivered',
    attempts: ONCE,
  },
  {
    name: 'a gzip bomb, with refusal',
    talk: answer(encoded('gzip', BOMB, '400 Bad')),
    outcome: 'failed',
    attempts: ONCE,
  },
  {
    name: 'a bomb in a bomb',
    talk: answer(encoded('gzip, deflate', deflateRawSync(BOMB), '400 Bad')),
    outcome: 'failed',
    attempts: ONCE,
  },
  {
    name: 'an error page, with success',
    talk: answer(`${OK}content-type: text/html\r\ncontent-length: 5\r\n\r\nerror`),
    outcome: 'delivered',
    attempts: ONCE,
  },
  {
    name: 'a redirect to itself',
    talk: answer('HTTP/1.1 307 Again\r\nlocation: /api/status\r\ncontent-length: 0\r\n\r\n'),
    outcome: 'failed',
    attempts: ONCE,
    says: /redirect/,
  },
  {
    name: 'a redirect to a file',
    talk: answer('HTTP/1.1 302 Found\r\nlocation: file:///etc/shadow\r\ncontent-length: 0\r\n\r\n'),
    outcome: 'failed',
    attempts: ONCE,
    says: /redirect/,
  },
  {
    name: 'a redirect of 15 KB',
    talk: answer(
      `HTTP/1.1 302 Found\r\nlocation: http://x/${'a'.repeat(15_000)}\r\ncontent-length: 0\r\n\r\n`,
    ),
    outcome: 'failed',
    attempts: ONCE,
  },
  {
    name: 'an error page of escape codes',
    talk: answer(`HTTP/1.1 400 Bad\r\ncontent-length: ${Buffer.byteLength(NASTY)}\r\n\r\n${NASTY}`),
    outcome: 'failed',
    attempts: ONCE,
    says: /owned/,
  },
  {
    name: 'a reason of escape codes',
    talk: answer(`HTTP/1.1 400 ${NASTY}\r\ncontent-length: 0\r\n\r\n`),
    outcome: 'failed',
    attempts: ONCE,
  },
  ...[
    '999999999999999999999999',
    '-1',
    '1e9',
    'Fri, 31 Dec 9999 23:59:59 GMT',
    NASTY.replaceAll('\x00', ''),
  ].map(
    (value): ReceiverCase => ({
      name: `Retry-After: ${JSON.stringify(value)}`,
      talk: answer(`HTTP/1.1 503 Busy\r\nretry-after: ${value}\r\ncontent-length: 0\r\n\r\n`),
      outcome: 'failed',
      // What asks for longer than is left ends it; what makes no sense is as good as none.
      attempts: /^9|9999/.test(value) || value.includes('owned') ? ONCE : ALL,
    }),
  ),
  { name: 'FIN at once', talk: socket => void socket.end(), outcome: 'failed', attempts: ALL },
  { name: 'RST in the headers', talk: cut(`${OK}content-le`), outcome: 'failed', attempts: ALL },
  {
    name: 'FIN in the headers',
    talk: socket => void socket.end(`${OK}content-le`),
    outcome: 'failed',
    attempts: ALL,
  },
  {
    name: 'FIN in the body of a 500',
    talk: socket => void socket.end('HTTP/1.1 500 No\r\ncontent-length: 9\r\n\r\nhalf'),
    outcome: 'failed',
    attempts: ALL,
  },
];

type Via = 'receiver' | 'proxy';

/** What became of one post; `says` stands for a message that has what it has to have. */
async function post(one: ReceiverCase, via: Via): Promise<string> {
  const end = await rawServer(socket => void socket.once('data', () => one.talk(socket)));
  const proxy = { httpProxy: `http://127.0.0.1:${end.port}`, httpsProxy: null, noProxy: null };
  const poster = testPoster({
    url: via === 'proxy' ? 'http://status.invalid' : end.url,
    attemptTimeoutMs: ATTEMPT_MS,
    deadlineMs: 20_000,
    ...(via === 'proxy' && { proxy }),
  });
  const { outcome, attempts, error, hint } = await poster.post(payload);
  const said = `${error}${hint}`;
  expect(said, one.name).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]|undefined/);
  expect(said.length, one.name).toBeLessThan(1000);
  await poster.close();
  await allClosed(end.sockets);
  // In front of the receiver nobody can say that it took the status.
  if (via === 'proxy') return outcome;
  if (one.says !== undefined) expect(error, one.name).toMatch(one.says);
  return `${outcome} ${attempts}`;
}

/** Those that flood come one by one: they would keep this process from serving the others in time. */
async function postToAll(via: Via): Promise<Readonly<Record<string, string>>> {
  const outcomes: Record<string, string> = {};
  const floods = CASES.filter(({ name }) => name.includes('without end'));
  for (const one of floods) outcomes[one.name] = await post(one, via);
  const others = CASES.filter(one => !floods.includes(one));
  await Promise.all(
    others.map(async one => {
      outcomes[one.name] = await post(one, via);
    }),
  );
  return outcomes;
}

const expected = (of: (one: ReceiverCase) => string): Readonly<Record<string, string>> =>
  Object.fromEntries(CASES.map(one => [one.name, of(one)]));

test(`${CASES.length} receivers`, async () => {
  expect(await postToAll('receiver')).toEqual(expected(({ outcome, attempts }) => `${outcome} ${attempts}`));
});

test(`${CASES.length} proxies`, async () => {
  expect(await postToAll('proxy')).toEqual(expected(() => 'failed'));
});
