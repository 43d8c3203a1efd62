import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startStatusReceiver } from '../../src/io/status-receiver.ts';
import { payload, testPoster } from '../support/poster.ts';

async function receiver() {
  const started = await startStatusReceiver();
  onTestFinished(() => started.close());
  const post = async (body: string) => {
    const response = await fetch(`${started.url}/api/status`, { method: 'POST', body });
    return [response.status, await response.json()];
  };
  return { ...started, post };
}

test('stores what our own poster sends, and rolls it up', async () => {
  const { url, received, statusJson } = await receiver();
  const poster = testPoster({ url });
  const relay = { ...payload, server: 'relay-1' };
  expect(await poster.post(payload)).toMatchObject({ outcome: 'delivered', httpStatus: 200 });
  expect(await poster.post(relay)).toMatchObject({ outcome: 'delivered', httpStatus: 200 });
  expect(received()).toEqual([payload, relay]);
  const response = await fetch(`${url}/status.json`);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual(statusJson());
  expect(statusJson()).toMatchObject({ repo: 'rsyslog', server: '*', drift_count: 2 });
});

test('a newer status replaces an older one, and an older one is dropped', async () => {
  const { post, received, statusJson } = await receiver();
  const later = { ...payload, last_check: '2026-04-21T11:00:00Z' };
  expect(await post(JSON.stringify(payload))).toEqual([200, { stored: true }]);
  expect(await post(JSON.stringify(later))).toEqual([200, { stored: true }]);
  expect(await post(JSON.stringify(payload))).toEqual([200, { stored: false }]);
  expect(statusJson().statuses).toEqual([later]);
  expect(received()).toHaveLength(3);
});

test.each(['', '{', 'null', '[]', '"x"', JSON.stringify({ ...payload, files: undefined })])(
  '%j is no status',
  async body => {
    const { post, received } = await receiver();
    expect((await post(body))[0]).toBe(400);
    expect(received()).toEqual([]);
  },
);

test('more than 256 KiB is refused, announced or not', async () => {
  const { url, post, received } = await receiver();
  expect((await post(' '.repeat(256 * 1024) + JSON.stringify(payload)))[0]).toBe(413);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST /api/status HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
  const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
  for (let i = 0; i < 5; i += 1) socket.write(chunk);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
  if (!socket.closed) await once(socket, 'close');
  expect(received()).toEqual([]);
});

test('other paths and methods are 404', async () => {
  const { url } = await receiver();
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect((await fetch(`${url}/api/status`)).status).toBe(404);
});

test('close() cuts a request under way', async () => {
  const { url, close } = await receiver();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('POST /api/status HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n');
  await once(socket, 'connect');
  const closed = new Promise(resolve => socket.on('error', () => {}).on('close', resolve));
  await close();
  await closed;
});
