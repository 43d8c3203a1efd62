import { createServer } from 'node:http';
import { connect, Socket } from 'node:net';
import { queryObjects } from 'node:v8';
import { expect, test, vi } from 'vitest';
import { proxyFor, proxySettings } from '../../src/io/status-proxy.ts';
import { allClosed, listen, rawServer, scriptedServer } from '../support/http-ends.ts';
import { payload, testPoster } from '../support/poster.ts';

interface Tunnel {
  readonly target: string;
  readonly authorization: string | undefined;
}

/** A forward proxy that opens tunnels, or refuses them with `status`. */
async function proxyServer(status = 200) {
  const tunnels: Tunnel[] = [];
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request, client: Socket) => {
    tunnels.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const [host, port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  return { ...(await listen(server)), tunnels };
}

const through = (httpProxy: string, noProxy: string | null = null) => ({
  httpProxy,
  httpsProxy: null,
  noProxy,
});

test('a proxy is asked for a tunnel, with its own password, and never sees the token', async () => {
  const receiver = await scriptedServer({ status: 200 });
  const proxy = await proxyServer();
  const poster = testPoster({
    url: receiver.url,
    token: 'tok',
    proxy: through(`http://u:p%40ss@127.0.0.1:${proxy.port}`),
  });
  expect(await poster.post(payload)).toMatchObject({ outcome: 'delivered', attempts: 1 });
  expect(proxy.tunnels).toEqual([
    { target: `127.0.0.1:${receiver.port}`, authorization: `Basic ${btoa('u:p@ss')}` },
  ]);
  expect(receiver.seen).toHaveLength(1);
  expect(receiver.seen[0]?.headers.authorization).toBe('Bearer tok');
  await poster.close();
  await allClosed([...proxy.sockets, ...receiver.sockets]);
});

test.each(['127.0.0.1', 'example.net, 127.0.0.1', '*'])('NO_PROXY=%s goes past it', async noProxy => {
  const receiver = await scriptedServer({ status: 200 });
  const proxy = await proxyServer();
  const poster = testPoster({ url: receiver.url, proxy: through(proxy.url, noProxy) });
  expect(await poster.post(payload)).toMatchObject({ outcome: 'delivered' });
  expect(proxy.tunnels).toEqual([]);
});

test('the environment is not read behind our back', async () => {
  const receiver = await scriptedServer({ status: 200 });
  const proxy = await proxyServer();
  vi.stubEnv('no_proxy', '127.0.0.1').stubEnv('http_proxy', 'http://127.0.0.1:9').stubEnv('HTTP_PROXY', 'x');
  try {
    expect(await testPoster({ url: receiver.url }).post(payload)).toMatchObject({ outcome: 'delivered' });
    expect(proxy.tunnels).toHaveLength(0);
    const poster = testPoster({ url: receiver.url, proxy: through(proxy.url) });
    expect(await poster.post(payload)).toMatchObject({ outcome: 'delivered' });
    expect(proxy.tunnels).toHaveLength(1);
  } finally {
    vi.unstubAllEnvs();
  }
});

test.each([
  [407, 1, 'Put user and password into the URL of the proxy'],
  [403, 1, 'allow CONNECT to'],
  [503, 5, 'allow CONNECT to'],
])('a proxy that answers %i is named, tries: %i', async (status, attempts, hint) => {
  const proxy = await proxyServer(status);
  const poster = testPoster({
    url: 'http://receiver.example:8080',
    proxy: through(`http://u:hidden@127.0.0.1:${proxy.port}`),
  });
  const delivery = await poster.post(payload);
  expect(delivery).toMatchObject({ outcome: 'failed', httpStatus: null, attempts });
  expect(delivery.error).toContain(`the proxy did not open a tunnel: HTTP ${status}`);
  expect(delivery.hint).toContain(hint);
  expect(delivery.hint).toContain(`http://127.0.0.1:${proxy.port}`);
  expect(JSON.stringify(delivery)).not.toContain('hidden');
});

test('a proxy that never answers ends with the time limit, and close() leaves nothing open', async () => {
  const proxy = await rawServer(() => {});
  const poster = testPoster({
    url: 'http://receiver.example',
    proxy: through(proxy.url),
    attemptTimeoutMs: 40,
  });
  expect(await poster.post(payload)).toMatchObject({ outcome: 'failed', attempts: 5 });
  await poster.close();
  await allClosed(proxy.sockets);
});

test('close() ends a connection that is in its TLS handshake within a tunnel', async () => {
  let greet = (): void => {};
  const greeted = new Promise<void>(resolve => {
    greet = resolve;
  });
  const receiver = await rawServer(socket => void socket.once('data', greet));
  const proxy = await proxyServer();
  const poster = testPoster({
    url: `https://127.0.0.1:${receiver.port}`,
    proxy: { httpProxy: null, httpsProxy: proxy.url, noProxy: null },
  });
  const post = poster.post(payload);
  await greeted;
  await poster.close();
  expect(await post).toMatchObject({ outcome: 'failed', attempts: 1 });
  await allClosed([...proxy.sockets, ...receiver.sockets]);
});

test.each(['directly', 'through a proxy'])('connections that have ended are let go, %s', async way => {
  const receiver = await scriptedServer({ status: 200, headers: { connection: 'close' } });
  const proxy = await proxyServer();
  const poster = testPoster({ url: receiver.url, ...(way !== 'directly' && { proxy: through(proxy.url) }) });
  /** Besides those that the servers here keep: of a tunnel, the proxy keeps both ends. */
  const sockets = (): number =>
    queryObjects(Socket, { format: 'count' }) - receiver.sockets.length - 2 * proxy.sockets.length;
  const post = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++)
      expect(await poster.post(payload)).toMatchObject({ outcome: 'delivered', attempts: 1 });
  };
  await post(5);
  const early = sockets();
  await post(40);
  expect(receiver.sockets).toHaveLength(45);
  await allClosed([...receiver.sockets, ...proxy.sockets]);
  await expect.poll(sockets, { timeout: 10_000 }).toBeLessThanOrEqual(early);
});

test('lower-case variables win, also when they are empty', () => {
  expect(proxySettings({ http_proxy: '', HTTP_PROXY: 'http://a', HTTPS_PROXY: 'http://b' })).toEqual({
    httpProxy: '',
    httpsProxy: 'http://b',
    noProxy: null,
  });
});

const BOTH = { httpProxy: 'plain.example:3128', httpsProxy: ' https://secure.example ', noProxy: null };

test.each([
  ['http://x/', BOTH, 'http://plain.example:3128/'],
  ['https://x/', BOTH, 'https://secure.example/'],
  ['https://x/', { ...BOTH, httpsProxy: null }, null],
  ['http://x/', { ...BOTH, httpProxy: '' }, null],
])('the proxy for %s is chosen by its scheme', (endpoint, settings, expected) => {
  expect(proxyFor(new URL(endpoint), settings)?.href ?? null).toBe(expected);
});

test.each(['socks5://p', 'http://u:%zz@p', 'http://'])('%s is refused without being printed', httpProxy => {
  expect(() => proxyFor(new URL('http://x/'), through(httpProxy))).toThrow(
    expect.objectContaining({ name: 'UserError', message: 'HTTP_PROXY is not the URL of an HTTP proxy' }),
  );
});
