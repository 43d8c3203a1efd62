// Receivers that hang, drip, cut and babble. No case here waits longer than the small time limits it sets.

import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { allClosed, rawServer, scriptedServer } from '../support/http-ends.ts';
import { payload, testPoster } from '../support/poster.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** Talks as soon as the first bytes of a request have arrived. */
const onRequest = (talk: (socket: Socket) => void) => (socket: Socket) => {
  socket.once('data', () => talk(socket));
};

test('a receiver that never answers costs one time limit for each try', async () => {
  let requests = 0;
  const receiver = await rawServer(onRequest(() => void requests++));
  const poster = testPoster({ url: receiver.url, attemptTimeoutMs: 100 });
  const delivery = await poster.post(payload);
  expect(delivery).toMatchObject({ outcome: 'failed', httpStatus: null, attempts: 5 });
  expect(delivery.error).toContain('no answer within 0.1 s; gave up after 5 tries');
  expect(requests).toBeGreaterThan(0);
  expect(requests).toBeLessThanOrEqual(5); // A busy machine may end a try before it is sent.
  await poster.close();
  await allClosed(receiver.sockets);
});

test('one deadline holds for all tries of all posts', async () => {
  const receiver = await rawServer(() => {});
  const poster = testPoster({ url: receiver.url, attemptTimeoutMs: 5000, deadlineMs: 200 });
  const begin = performance.now();
  const posts = Array.from({ length: 10 }, (_, i) => poster.post({ ...payload, server: `relay-${i}` }));
  poster.conclude();
  const deliveries = await Promise.all(posts);
  expect(performance.now() - begin).toBeLessThan(3000);
  expect(deliveries.map(d => [d.outcome, d.attempts])).toEqual([
    ...Array(8).fill(['failed', 1]),
    ...Array(2).fill(['failed', 0]),
  ]);
  expect(deliveries[0]?.error).toMatch(/: no answer before the deadline of 0\.2 s for all deliveries$/);
  expect(deliveries[9]?.error).toMatch(/: not tried: the deadline of 0\.2 s for all deliveries has passed$/);
});

test('a reset before the status line is tried again', async () => {
  let connections = 0;
  const receiver = await rawServer(
    onRequest(socket => {
      connections += 1;
      if (connections > 1) socket.end(`${OK}content-length: 2\r\n\r\n{}`);
      else socket.write('HTTP/1.1 20', () => socket.resetAndDestroy());
    }),
  );
  const delivery = await testPoster({ url: receiver.url }).post(payload);
  expect(delivery).toMatchObject({ outcome: 'delivered', httpStatus: 200, attempts: 2 });
});

test('a reset in the body of a 200 changes nothing', async () => {
  const receiver = await rawServer(
    onRequest(socket =>
      socket.write(`${OK}content-length: 500\r\n\r\n{"sto`, () => socket.resetAndDestroy()),
    ),
  );
  const delivery = await testPoster({ url: receiver.url }).post(payload);
  expect(delivery).toMatchObject({ outcome: 'delivered', attempts: 1 });
});

test.each([
  ['200 OK', { outcome: 'delivered', httpStatus: 200, attempts: 1, error: null }],
  ['400 Bad Request', { outcome: 'failed', httpStatus: 400, attempts: 1 }],
])('a dripping body of a %s ends with the time limit of the try', async (status, expected) => {
  const receiver = await rawServer(
    onRequest(socket => {
      socket.write(`HTTP/1.1 ${status}\r\ncontent-length: 9999\r\n\r\n`);
      const drip = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(drip));
    }),
  );
  const delivery = await testPoster({ url: receiver.url, attemptTimeoutMs: 150 }).post(payload);
  expect(delivery).toMatchObject(expected);
  if (delivery.error !== null) expect(delivery.error).toMatch(/HTTP 400 "x+"$/);
  await allClosed(receiver.sockets);
});

test('an endless body is read to 16 KiB, and its connection is cut', async () => {
  let written = 0;
  const receiver = await rawServer(
    onRequest(socket => {
      socket.write('HTTP/1.1 400 Bad Request\r\ntransfer-encoding: chunked\r\n\r\n');
      const pour = (): void => {
        while (!socket.destroyed && socket.write(`1000\r\n${'y'.repeat(4096)}\r\n`)) written += 4096;
      };
      socket.on('drain', pour);
      pour();
    }),
  );
  const delivery = await testPoster({ url: receiver.url }).post(payload);
  expect(delivery).toMatchObject({ outcome: 'failed', httpStatus: 400, attempts: 1 });
  expect(delivery.error?.length).toBeLessThan(300);
  await allClosed(receiver.sockets);
  expect(written).toBeLessThan(64 * 1024 * 1024);
});

test('something that is not HTTP is not tried again', async () => {
  const receiver = await rawServer(socket => socket.write('SSH-2.0-OpenSSH_9.6\r\n'));
  const delivery = await testPoster({ url: receiver.url }).post(payload);
  expect(delivery).toMatchObject({ outcome: 'failed', httpStatus: null, attempts: 1 });
  expect(delivery.error).toContain('the answer is not HTTP');
  expect(delivery.hint).toContain('Something else listens on this port');
});

test('https:// to a port that does not speak TLS', async () => {
  const receiver = await scriptedServer({ status: 200 });
  const delivery = await testPoster({ url: `https://127.0.0.1:${receiver.port}` }).post(payload);
  expect(delivery).toMatchObject({ outcome: 'failed', attempts: 1 });
  expect(delivery.hint).toContain('http://');
});

test('an abort ends a post under way in a moment, and names the signal', async () => {
  const stop = new AbortController();
  const receiver = await rawServer(onRequest(() => stop.abort('SIGINT')));
  const delivery = await testPoster({ url: receiver.url, signal: stop.signal }).post(payload);
  expect(delivery).toMatchObject({ outcome: 'failed', httpStatus: null, attempts: 1 });
  expect(delivery.error).toBe(`POST ${receiver.url}/api/status: interrupted by SIGINT`);
});

test('an abort ends the wait for the next try, and keeps what went wrong', async () => {
  const stop = new AbortController();
  const receiver = await scriptedServer({ status: 503 });
  const poster = testPoster({ url: receiver.url, signal: stop.signal }, (_, signal) => {
    stop.abort('SIGTERM');
    return sleep(60_000, undefined, { signal });
  });
  const delivery = await poster.post(payload);
  expect(delivery).toMatchObject({ outcome: 'failed', httpStatus: 503, attempts: 1 });
  expect(delivery.error).toMatch(/: HTTP 503; interrupted by SIGTERM$/);
});

test('the deadline ends the wait for the next try', async () => {
  const receiver = await scriptedServer({ status: 503 });
  const poster = testPoster({ url: receiver.url, deadlineMs: 500 }, (_, signal) =>
    sleep(60_000, undefined, { signal }),
  );
  const post = poster.post(payload);
  poster.conclude();
  const delivery = await post;
  expect(delivery).toMatchObject({ outcome: 'failed', httpStatus: 503, attempts: 1 });
  expect(delivery.error).toMatch(/; gave up after one try: the deadline of 0\.5 s .* leaves no time$/);
});

test('an abort leaves a moment to deliver what is known', async () => {
  const receiver = await scriptedServer({ status: 200 });
  const delivery = await testPoster({ url: receiver.url, signal: AbortSignal.abort('SIGINT') }).post(payload);
  expect(delivery).toMatchObject({ outcome: 'delivered', attempts: 1 });
});

test('after that moment nothing is sent', async () => {
  const receiver = await rawServer(() => {});
  const poster = testPoster({ url: receiver.url, signal: AbortSignal.abort('SIGINT') });
  await poster.post(payload);
  const delivery = await poster.post(payload);
  expect(delivery).toMatchObject({ outcome: 'failed', attempts: 0 });
  expect(delivery.error).toContain('not tried: interrupted by SIGINT');
  expect(receiver.sockets.length).toBe(1);
});

test('close() ends a post under way, and a connection that is still in its TLS handshake', async () => {
  let greet = (): void => {};
  const greeted = new Promise<void>(resolve => {
    greet = resolve;
  });
  const receiver = await rawServer(onRequest(greet));
  const poster = testPoster({ url: `https://127.0.0.1:${receiver.port}` });
  const post = poster.post(payload);
  await greeted;
  await poster.close();
  expect(await post).toMatchObject({ outcome: 'failed', attempts: 1 });
  await allClosed(receiver.sockets);
});
