// The status server as a client sees it.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Payload } from '../../../src/domain/payload.ts';
import { HTTP_LIMITS } from '../../../src/io/status-server/listen-http.ts';
import type { StatusServerSettings } from '../../../src/io/status-server/start-status-server.ts';
import { payload, testPoster } from '../../support/poster.ts';
import { startStatusReceiver } from '../../support/status-receiver.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const RECORD = { ...payload, since: payload.last_check, first_drift_at: payload.last_check };

async function serving(settings: Partial<StatusServerSettings> = {}) {
  const receiver = await startStatusReceiver(settings);
  onTestFinished(receiver.close);
  const { url } = receiver;
  const get = (path: string, init: RequestInit = {}) => fetch(url + path, init);
  const json = async (path: string) => JSON.parse(await (await get(path)).text());
  const post = (status: object | string, headers: Record<string, string> = JSON_TYPE) =>
    get('/api/status', {
      method: 'POST',
      headers,
      body: typeof status === 'string' ? status : JSON.stringify(status),
    });
  return { ...receiver, get, json, post };
}

/** A bare connection, and all that came over it until its end. */
function talk(url: string) {
  const socket: Socket = connect(Number(new URL(url).port), '127.0.0.1');
  let text = '';
  socket
    .on('error', () => {})
    .on('data', chunk => {
      text += chunk;
    });
  const end = new Promise<string>(resolve => socket.on('close', () => resolve(text)));
  onTestFinished(() => void socket.destroy());
  return { socket, end };
}

test('what our own poster sends is stored, and rolled up', async () => {
  const { url, json, received } = await serving();
  const poster = testPoster({ url });
  const relay: Payload = { ...payload, server: 'relay-1' };
  expect(await poster.post(relay)).toMatchObject({ outcome: 'delivered', httpStatus: 200 });
  expect(await json('/status.json')).toEqual({ ...relay, statuses: [{ ...RECORD, server: 'relay-1' }] });
  await poster.post(payload);
  expect(received().map(({ server }) => server)).toEqual(['relay-1', 'rsyslog-lab']);
  expect(await json('/status.json')).toMatchObject({ repo: 'rsyslog', server: '*', drift_count: 2 });
  expect((await json('/api/status')).map((s: Payload) => s.server)).toEqual(['relay-1', 'rsyslog-lab']);
});

describe('without a token, on the loopback', () => {
  const statusLine = async (url: string, host: string, what = 'GET /status.json') => {
    const { socket, end } = talk(url);
    const body = JSON.stringify(payload);
    const post = `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
    const more = what.startsWith('POST') ? [post, body] : ['', ''];
    socket.write(`${what} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n${more[0]}\r\n${more[1]}`);
    return (await end).split('\r\n')[0];
  };

  test('a page from a name that its owner has pointed here can neither post nor read', async () => {
    const { url, received } = await serving();
    for (const host of [
      'evil.example:8080',
      'evil.example',
      '127.0.0.1.evil.example',
      'localhost.evil',
      '[::2]',
    ])
      for (const what of ['POST /api/status', 'GET /status.json', 'GET /', 'GET /metrics'])
        expect(await statusLine(url, host, what)).toBe('HTTP/1.1 421 Misdirected Request');
    expect(received()).toEqual([]);
  });

  test.each(['localhost:8080', 'LocalHost', '127.0.0.1', '127.0.0.1:9000', '[::1]:8080', '[::1]'])(
    'a request for %s is answered',
    async host => {
      const { url } = await serving();
      expect(await statusLine(url, host, 'POST /api/status')).toBe('HTTP/1.1 200 OK');
    },
  );

  test.each([{ token: 'T' }, { insecure: true }])('%j takes any name, as behind a proxy', async settings => {
    const { url } = await serving(settings);
    expect(await statusLine(url, 'status.example')).toBe('HTTP/1.1 200 OK');
  });
});

test('who asks for large answers and takes none does not fill the memory', async () => {
  const limits = { ...HTTP_LIMITS, stopMs: 1, unsentBytes: 30 * 1024 ** 2 };
  const { url, get, server } = await serving({ limits });
  // More than the buffers of a connection hold.
  const files = Array.from({ length: 5000 }, (_, i) => ({ name: `${i}`.padEnd(4000, 'x') }));
  await server.store.post({ ...payload, files, drift_count: files.length });
  const large = `/status.json?repo=${payload.repo}`;
  const { socket } = talk(url);
  socket.once('data', () => socket.pause());
  socket.write(`GET ${large} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  await once(socket, 'data');

  const refused = await get(large);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await get('/healthz')).status).toBe(200);
  expect((await get(large, { method: 'HEAD' })).status).toBe(200);
  expect((await get('/status.json')).status).toBe(200);
  socket.destroy();
  while ((await get(large)).status !== 200);
});

test('nor who takes none of the answers that all share, of which each change makes another', async () => {
  const limits = { ...HTTP_LIMITS, stopMs: 1, unsentBytes: 30 * 1024 ** 2 };
  const { url, get, post, server } = await serving({ limits });
  const files = Array.from({ length: 5000 }, (_, i) => ({ name: `${i}`.padEnd(4000, 'x') }));
  const large = { ...payload, server: 'large', files, drift_count: files.length };
  const stalled = async (): Promise<Socket> => {
    const { socket } = talk(url);
    socket.once('data', () => socket.pause());
    socket.write('GET /status.json HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket, 'data');
    return socket;
  };
  await server.store.post(large);
  const sockets = [await stalled(), await stalled()];
  expect((await get('/status.json')).status).toBe(200);
  expect((await post(payload)).status).toBe(200);
  expect((await get('/status.json')).status).toBe(503);
  for (const socket of sockets) socket.destroy();
  while ((await get('/status.json')).status !== 200);
});

test('nothing posted, nothing claimed', async () => {
  const { json, get } = await serving();
  expect(await json('/status.json')).toEqual({
    repo: '*',
    server: '*',
    drift_count: 0,
    files: [],
    statuses: [],
  });
  expect(await json('/api/status')).toEqual([]);
  expect(await json('/api/events')).toEqual([]);
  expect(await (await get('/healthz')).text()).toBe('ok\n');
});

test('a newer status replaces an older one, an older one is dropped, the same one again is fine', async () => {
  const { post, json } = await serving();
  const later = { ...payload, last_check: '2026-04-21T11:00:00Z' };
  const answers = [];
  for (const status of [payload, later, payload, later, later]) {
    const response = await post(status);
    answers.push([response.status, await response.json()]);
  }
  expect(answers).toEqual([true, true, false, true, true].map(stored => [200, { stored }]));
  expect((await json('/api/status'))[0]).toEqual({ ...RECORD, last_check: later.last_check });
  expect(await json('/api/events')).toHaveLength(1);
});

test('statuses are selected by repo and server, whatever their names', async () => {
  const { post, json, get } = await serving();
  const name = 'a/b?c=d&e#ü%2F "x"';
  await post({ ...payload, repo: name, server: name });
  await post(payload);
  const query = new URLSearchParams({ repo: name, server: name });
  const only = { ...RECORD, repo: name, server: name };
  expect(await json(`/status.json?${query}`)).toEqual({
    ...payload,
    repo: name,
    server: name,
    statuses: [only],
  });
  expect((await json('/status.json?repo=rsyslog')).statuses).toEqual([RECORD]);
  expect((await json('/status.json?server=nobody')).statuses).toEqual([]);
  expect((await json('/status.json?repo=&server=')).statuses).toHaveLength(2);
  expect(await json(`/api/status/${encodeURIComponent(name)}/${encodeURIComponent(name)}`)).toEqual(only);
  expect((await get('/api/status/rsyslog/nobody')).status).toBe(404);
  expect((await get('/api/status/rsyslog/%ff')).status).toBe(404);
});

test('events are newest first, as many as are asked for', async () => {
  const { post, json, get } = await serving();
  for (let i = 0; i < 120; i += 1) await post({ ...payload, server: `s${i}` });
  expect(await json('/api/events?limit=1')).toEqual([
    {
      time: payload.last_check,
      repo: 'rsyslog',
      server: 's119',
      from: null,
      to: 'OUT_OF_SYNC',
      drift_count: 1,
      files: ['rsyslog.conf'],
    },
  ]);
  expect(await json('/api/events')).toHaveLength(100);
  expect(await json('/api/events?limit=1000')).toHaveLength(120);
  expect((await get('/api/events?limit=x')).status).toBe(400);
});

test('an entity tag spares the answer until something changes', async () => {
  const { post, get } = await serving();
  await post(payload);
  for (const path of ['/status.json', '/api/status', '/api/status/rsyslog/rsyslog-lab', '/api/events']) {
    const etag = (await get(path)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const tags of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const same = await get(path, { headers: { 'if-none-match': tags } });
      expect([same.status, await same.text()]).toEqual([304, '']);
    }
    expect((await get(path, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
    await post(payload);
    expect((await get(path, { headers: { 'if-none-match': etag } })).status).toBe(200);
  }
});

test('HEAD is GET without the body', async () => {
  const { get, post } = await serving();
  await post(payload);
  for (const path of [
    '/',
    '/status.json',
    '/api/status',
    '/api/events',
    '/metrics',
    '/healthz',
    '/nothing',
  ]) {
    const [head, whole] = [await get(path, { method: 'HEAD' }), await get(path)];
    expect(head.status).toBe(whole.status);
    expect(await head.text()).toBe('');
    expect(head.headers.get('content-length')).toBe(`${(await whole.arrayBuffer()).byteLength}`);
  }
});

test('every answer forbids caching and guessing, and no other site may read one', async () => {
  const { get, post } = await serving();
  const answers = [
    await get('/'),
    await get('/status.json'),
    await get('/nothing'),
    await post(payload),
    await post(''),
  ];
  for (const { headers } of answers) {
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
  expect(answers[0]?.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'sha256-[^ ]+; style-src 'sha256-[^ ]+; img-src data:; connect-src 'self'/,
  );
});

test('the page shows hostile names as text', async () => {
  const { get, post } = await serving();
  await post({ ...payload, server: '<script>alert(1)</script>', files: [{ name: '"><img src=x>\u202e' }] });
  const page = await (await get('/')).text();
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('&quot;&gt;&lt;img src=x&gt;\\u{202e}');
  expect(page.split('<script')).toHaveLength(2); // its own
  expect(page).not.toMatch(/<img|\u202e/);
});

test('the page has a tag, until something is posted, or a status gets stale', async () => {
  let now = Date.parse(payload.last_check);
  const { get, post } = await serving({ now: () => new Date(now) });
  let tag = '';
  const statusOf = async (): Promise<number> => {
    const { status, headers } = await get('/', { headers: { 'if-none-match': tag } });
    tag = headers.get('etag') ?? '';
    return status;
  };
  await post(payload);
  expect([await statusOf(), await statusOf()]).toEqual([200, 304]);
  now += 600_000;
  expect(await statusOf()).toBe(304);
  now += 1;
  expect([await statusOf(), await statusOf()]).toEqual([200, 304]);
  await post({ ...payload, server: 'relay-1' });
  expect(await statusOf()).toBe(200);
});

test('the page shows the address that the client used, if it is one', async () => {
  const { url } = await serving({ token: 'T' });
  const shownFor = async (...headers: readonly string[]) => {
    const { socket, end } = talk(url);
    socket.end(`GET / HTTP/1.1\r\nconnection: close\r\n${headers.map(h => `${h}\r\n`).join('')}\r\n`);
    return / --status-url (.*?)</.exec(await end)?.[1];
  };
  expect(await shownFor('host: status.example.net')).toBe('http://status.example.net');
  expect(await shownFor('host: [::1]:8080', 'x-forwarded-proto: https')).toBe('https://[::1]:8080');
  expect(await shownFor('host: x;reboot')).toBe(url);
  expect(await shownFor('host: x$(reboot)', 'x-forwarded-proto: javascript')).toBe(url);
});

test('JSON holds no character that does something to a terminal', async () => {
  const { get, post } = await serving();
  const server = 'a\x9b31m\u202e';
  await post({ ...payload, server });
  const text = await (await get('/status.json')).text();
  expect(text).not.toMatch(/[\x80-\x9f\u202e]/);
  expect(JSON.parse(text).server).toBe(server);
});

describe('a server that is no more', () => {
  const path = (repo: string, server: string) => `/api/status/${repo}/${encodeURIComponent(server)}`;
  const gone = { method: 'DELETE' };

  test('is forgotten everywhere but in the events, and known again after its next status', async () => {
    const stored: string[] = [];
    const { get, json, post } = await serving({ stored: ({ kept }) => void stored.push(kept.record.server) });
    await post(payload);
    await post({ ...payload, server: 'old/\u00fc' });
    const tag = (await get('/status.json')).headers.get('etag') ?? '';
    const response = await get(path('rsyslog', 'old/\u00fc'), gone);
    expect([response.status, await response.text(), response.headers.get('content-length')]).toEqual([
      204,
      '',
      null,
    ]);
    expect(await json('/api/status')).toEqual([RECORD]);
    expect(await json('/status.json')).toMatchObject({ server: 'rsyslog-lab', drift_count: 1 });
    for (const page of ['/', '/metrics'])
      expect(await (await get(page)).text()).not.toContain('server="old/');
    expect((await get('/status.json', { headers: { 'if-none-match': tag } })).status).toBe(200);
    expect((await get(path('rsyslog', 'old/\u00fc'))).status).toBe(404);
    expect((await json('/api/events')).map(({ server }: Payload) => server)).toEqual([
      'old/\u00fc',
      'rsyslog-lab',
    ]);
    expect(stored).toEqual(['rsyslog-lab', 'old/\u00fc']);
    await post({ ...payload, server: 'old/\u00fc' });
    expect((await get(path('rsyslog', 'old/\u00fc'))).status).toBe(200);
  });

  test('is 404 if it was never known, or is forgotten already', async () => {
    const { get, post } = await serving();
    await post(payload);
    expect((await get(path('rsyslog', 'other'), gone)).status).toBe(404);
    const both = [1, 2].map(async () => (await get(path('rsyslog', 'rsyslog-lab'), gone)).status);
    expect((await Promise.all(both)).sort()).toEqual([204, 404]);
  });

  test('needs the token of a post', async () => {
    const { get, post } = await serving({ token: 'secret token' });
    const authorization = 'Bearer secret token';
    await post(payload, { ...JSON_TYPE, authorization });
    const address = path('rsyslog', 'rsyslog-lab');
    const refused = await get(address, gone);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await get(address, { ...gone, headers: { authorization: 'Bearer x' } })).status).toBe(401);
    expect((await get(address)).status).toBe(200);
    expect((await get(address, { ...gone, headers: { authorization } })).status).toBe(204);
  });
});

describe('what is refused', () => {
  test('by method, with those that are allowed', async () => {
    const { get } = await serving();
    const refusal = async (method: string, path: string) => {
      const { status, headers } = await get(path, { method });
      return [status, headers.get('allow')];
    };
    expect(await refusal('DELETE', '/api/status')).toEqual([405, 'GET, HEAD, POST']);
    expect(await refusal('OPTIONS', '/api/status')).toEqual([405, 'GET, HEAD, POST']);
    expect(await refusal('POST', '/status.json')).toEqual([405, 'GET, HEAD']);
    expect(await refusal('PUT', '/api/status/a/b')).toEqual([405, 'GET, HEAD, DELETE']);
  });

  test.each([
    '/nothing',
    '/api',
    '/api/status/',
    '/api/status/a',
    '/api/status/a/b/c',
    '//',
    '/toString',
    '/../x',
  ])('%s is 404', async path => {
    const { url } = await serving();
    const { socket, end } = talk(url);
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    expect(await end).toMatch(/^HTTP\/1\.1 404 [\s\S]*there is \/, /);
  });

  test('a body that is no status, by the name of its field', async () => {
    const { post, received } = await serving();
    const response = await post({ ...payload, sync_status: 'maybe' });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'sync_status must be one of SYNCED, OUT_OF_SYNC and UNKNOWN', field: 'sync_status' },
    ]);
    expect(received()).toEqual([]);
  });

  test('any other type than JSON: a form of another site can send those', async () => {
    const { post, received } = await serving();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
    ])
      expect((await post(payload, { 'content-type': type })).status).toBe(415);
    expect((await post(payload, { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(415);
    expect(received()).toEqual([]);
    expect((await post(payload, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  test('more than 256 KiB, announced or not', async () => {
    const { url, post, received } = await serving();
    expect((await post(' '.repeat(256 * 1024) + JSON.stringify(payload))).status).toBe(413);
    const { socket, end } = talk(url);
    socket.write(
      'POST /api/status HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    for (let i = 0; i < 5; i += 1) socket.write(chunk);
    expect(await end).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i);
    expect(received()).toEqual([]);
    const room = 256 * 1024 - JSON.stringify(payload).length;
    expect((await post(' '.repeat(room) + JSON.stringify(payload))).status).toBe(200);
  });

  test('a post without the token, with another one, or with it in another way', async () => {
    const { post, get, received } = await serving({ token: 's3cret token' });
    const without = await post(payload);
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await without.text()).not.toContain('s3cret');
    for (const authorization of [
      'Bearer',
      'Bearer ',
      'Bearer s3cret',
      'Bearer s3cret token2',
      'Basic s3cret token',
      's3cret token',
    ])
      expect([authorization, (await post(payload, { ...JSON_TYPE, authorization })).status]).toEqual([
        authorization,
        401,
      ]);
    expect(received()).toEqual([]);
    expect((await post(payload, { ...JSON_TYPE, authorization: 'bearer s3cret token' })).status).toBe(200);
    // Dashboards read without it.
    expect((await get('/status.json')).status).toBe(200);
  });
});

describe('slow and many clients', () => {
  const limits = { ...HTTP_LIMITS, headersMs: 100, requestMs: 200, lookMs: 20, stopMs: 1 };

  test.each([
    ['headers that never end', 'POST /api/status HTTP/1.1\r\nhost: localhost\r\n'],
    [
      'a body that never ends',
      'POST /api/status HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    ],
  ])('%s: told so, and cut', async (_, text) => {
    const { url } = await serving({ limits });
    const { socket, end } = talk(url);
    socket.write(text);
    expect(await end).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('a connection that says nothing is cut', async () => {
    const { url } = await serving({ limits });
    expect(await talk(url).end).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  test('connections above the limit are closed, and those below it served', async () => {
    const { url } = await serving({ limits: { ...HTTP_LIMITS, connections: 2, stopMs: 1 } });
    const [first, second] = [talk(url), talk(url)];
    await Promise.all([once(first.socket, 'connect'), once(second.socket, 'connect')]);
    const third = talk(url);
    third.socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    expect(await third.end).toBe('');
    first.socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    expect(await first.end).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('a client that goes away in its body leaves nothing behind', async () => {
    const { url, received, post, told } = await serving();
    const { socket } = talk(url);
    socket.write(
      'POST /api/status HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{',
    );
    await once(socket, 'connect');
    socket.resetAndDestroy();
    expect((await post(payload)).status).toBe(200);
    expect([received().length, told]).toEqual([1, []]);
  });

  test('50 clients at once: every status is there', async () => {
    const { url, json } = await serving();
    await Promise.all(
      Array.from({ length: 50 }, async (_, client) => {
        const poster = testPoster({ url });
        for (let i = 0; i < 20; i += 1) {
          const delivery = await poster.post({ ...payload, server: `${client}-${i % 10}`, repo: `r${i}` });
          expect(delivery.outcome).toBe('delivered');
        }
      }),
    );
    expect((await json('/status.json')).drift_count).toBe(1000);
  });
});

test('stopping finishes what is under way, and takes nothing new', async () => {
  const { url, server, received } = await serving({ limits: HTTP_LIMITS });
  const body = JSON.stringify(payload);
  const { socket, end } = talk(url);
  const idle = talk(url);
  await once(idle.socket, 'connect');
  socket.write(
    `POST /api/status HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  await once(socket, 'data'); // 100: the request is under way
  const stopped = server.stop();
  await expect(fetch(url)).rejects.toThrow();
  socket.write(body);
  expect(await end).toMatch(/HTTP\/1\.1 200 [\s\S]*connection: close[\s\S]*\{"stored":true\}/i);
  await stopped;
  expect(received()).toHaveLength(1);
});
