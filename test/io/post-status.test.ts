import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/user-error.ts';
import { allClosed, closedPort, scriptedServer } from '../support/http-ends.ts';
import { NOW, payload, testPoster } from '../support/poster.ts';

const delivered = (httpStatus: number, attempts: number) => ({
  server: 'rsyslog-lab',
  outcome: 'delivered',
  httpStatus,
  attempts,
  error: null,
  hint: null,
});

describe('what goes over the wire', () => {
  test('one POST to /api/status with the six keys in order and nothing else', async () => {
    const receiver = await scriptedServer({ status: 200, body: '{"stored":true}' });
    expect(await testPoster({ url: receiver.url }).post(payload)).toEqual(delivered(200, 1));
    expect(receiver.seen).toHaveLength(1);
    expect(receiver.seen[0]).toMatchObject({ method: 'POST', url: '/api/status' });
    expect(receiver.seen[0]?.body).toBe(
      '{"repo":"rsyslog","server":"rsyslog-lab","sync_status":"OUT_OF_SYNC","drift_count":1,' +
        '"files":[{"name":"rsyslog.conf"}],"last_check":"2026-04-21T10:30:00Z"}',
    );
    expect(receiver.seen[0]?.headers).toEqual({
      host: `127.0.0.1:${receiver.port}`,
      connection: 'keep-alive',
      'content-type': 'application/json',
      'content-length': String(receiver.seen[0]?.body.length),
      'user-agent': 'sshdrift/1.2.3',
    });
  });

  test('a base URL with a path and a slash at its end', async () => {
    const receiver = await scriptedServer({ status: 204 });
    expect(await testPoster({ url: `${receiver.url}/gitops/` }).post(payload)).toEqual(delivered(204, 1));
    expect(receiver.seen[0]?.url).toBe('/gitops/api/status');
  });

  test('the token as bearer, without the newline of its secret file', async () => {
    const receiver = await scriptedServer({ status: 200 });
    await testPoster({ url: receiver.url, token: 's3cret\n' }).post(payload);
    expect(receiver.seen[0]?.headers.authorization).toBe('Bearer s3cret');
  });
});

describe('connections', () => {
  test('two posts share one, and close() leaves none open', async () => {
    const receiver = await scriptedServer({ status: 200, body: 'ok' });
    const poster = testPoster({ url: receiver.url });
    await poster.post(payload);
    await poster.post({ ...payload, server: 'relay-1' });
    expect(receiver.seen).toHaveLength(2);
    expect(receiver.sockets).toHaveLength(1);
    await poster.close();
    await allClosed(receiver.sockets);
  });

  test('forty posts at once use eight', async () => {
    const receiver = await scriptedServer({ status: 200, body: 'ok' });
    const poster = testPoster({ url: receiver.url });
    const names = Array.from({ length: 40 }, (_, i) => `relay-${i}`);
    const deliveries = await Promise.all(names.map(server => poster.post({ ...payload, server })));
    expect(deliveries.map(d => d.server)).toEqual(names);
    expect(deliveries.every(d => d.outcome === 'delivered')).toBe(true);
    expect(receiver.sockets).toHaveLength(8);
  });
});

describe('tries again', () => {
  test('after a 500', async () => {
    const receiver = await scriptedServer({ status: 500 }, { status: 200 });
    const poster = testPoster({ url: receiver.url });
    expect(await poster.post(payload)).toEqual(delivered(200, 2));
    expect(poster.slept).toEqual([250]);
    expect(receiver.seen[1]).toEqual(receiver.seen[0]);
  });

  test.each([
    ['seconds', '7', 7000],
    ['a date', new Date(NOW.getTime() + 12_000).toUTCString(), 12_000],
  ])('after a 429 when its Retry-After says so, in %s', async (_, header, asked) => {
    const receiver = await scriptedServer(
      { status: 429, headers: { 'retry-after': header } },
      { status: 200 },
    );
    const poster = testPoster({ url: receiver.url });
    expect(await poster.post(payload)).toEqual(delivered(200, 2));
    expect(poster.slept).toEqual([asked]);
  });

  test('five times at most, and says what the receiver said', async () => {
    const receiver = await scriptedServer({ status: 503, body: 'no\n  upstream\u001b[31m' });
    const poster = testPoster({ url: receiver.url });
    expect(await poster.post(payload)).toEqual({
      server: 'rsyslog-lab',
      outcome: 'failed',
      httpStatus: 503,
      attempts: 5,
      error: `POST ${receiver.url}/api/status: HTTP 503 "no upstream\\x1b[31m"; gave up after 5 tries`,
      hint: 'The receiver, or a gateway before it, is in trouble; its log says more.',
    });
    expect(poster.slept).toEqual([250, 500, 1000, 2000]);
    expect(receiver.sockets).toHaveLength(1);
  });

  test('when nothing listens', async () => {
    const port = await closedPort();
    const delivery = await testPoster({ url: `http://127.0.0.1:${port}` }).post(payload);
    expect(delivery).toMatchObject({ outcome: 'failed', httpStatus: null, attempts: 5 });
    expect(delivery.error).toContain(`connection refused: connect ECONNREFUSED 127.0.0.1:${port}`);
    expect(delivery.hint).toContain(`port ${port}`);
  });
});

describe('does not try again', () => {
  test('when the receiver asks for a longer wait than is left', async () => {
    const receiver = await scriptedServer({ status: 429, headers: { 'retry-after': '120' } });
    const poster = testPoster({ url: receiver.url });
    const delivery = await poster.post(payload);
    expect(delivery).toMatchObject({ outcome: 'failed', httpStatus: 429, attempts: 1 });
    expect(delivery.error).toMatch(/asks to wait 120 s, and only (30|29\.\d) s are left/);
    expect(poster.slept).toEqual([]);
  });

  test('after a 400, and shows the beginning of its body', async () => {
    const receiver = await scriptedServer({ status: 400, body: `files[0].name ${'x'.repeat(300)}` });
    const delivery = await testPoster({ url: receiver.url }).post(payload);
    expect(delivery).toMatchObject({ outcome: 'failed', httpStatus: 400, attempts: 1 });
    expect(delivery.error).toMatch(/: HTTP 400 "files\[0\]\.name x{186}…"$/);
  });

  test('after a redirect, which it does not follow', async () => {
    const target = await scriptedServer({ status: 200 });
    const location = `http://user:hidden@127.0.0.1:${target.port}/new/api/status?state=hidden`;
    const receiver = await scriptedServer({ status: 302, headers: { location } });
    const delivery = await testPoster({ url: receiver.url }).post(payload);
    expect(delivery).toMatchObject({ outcome: 'failed', httpStatus: 302, attempts: 1 });
    expect(delivery.error).toContain(`answers with a redirect to ${target.url}/new/api/status`);
    expect(delivery.hint).toContain(`final address, GITOPS_STATUS_SERVER_URL=${target.url}/new`);
    expect(JSON.stringify(delivery)).not.toContain('hidden');
    expect(target.seen).toEqual([]);
  });

  test.each([401, 302])('and never shows the token that a %s echoes', async status => {
    const token = 'ghp_abcdefgh';
    const receiver = await scriptedServer({
      status,
      body: `${'.'.repeat(195)}${token} is not allowed`,
      headers: { location: `/login/${token}` },
    });
    const delivery = await testPoster({ url: receiver.url, token }).post(payload);
    expect(delivery.outcome).toBe('failed');
    expect(JSON.stringify(delivery)).not.toMatch(/ghp_/);
    expect(JSON.stringify(delivery)).toContain('***');
  });
});

describe('refuses before anything is contacted', () => {
  test.each([
    ['not a URL', { url: 'gitops-status-server' }],
    ['a password in the URL', { url: 'http://u:p@127.0.0.1' }],
    ['a token of two lines', { url: 'http://127.0.0.1', token: 'a\nb' }],
    [
      'a SOCKS proxy',
      { url: 'http://127.0.0.1', proxy: { httpProxy: 'socks5://p', httpsProxy: null, noProxy: null } },
    ],
  ])('%s', (_, settings) => {
    expect(() => testPoster(settings)).toThrow(UserError);
  });
});
