import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readLog } from '../../src/domain/status-log-line.ts';
import { sshdrift } from '../support/cli.ts';
import { scriptedServer } from '../support/http-ends.ts';
import { isolation, UNSHARE } from '../support/isolation.ts';
import { payload } from '../support/poster.ts';
import { needsOwnEtc } from '../support/programs.ts';
import { dataDirectory, postTo, startServe } from '../support/serve.ts';

const json = async (url: string) => JSON.parse(await (await fetch(url)).text());

test('says where it listens, keeps what it is told over a restart, and stops by signal with its exit code', async () => {
  const data = join(dataDirectory(), 'made/for/it');
  const first = await startServe({ data });
  expect(first.stderr()).toBe(`sshdrift: status server on ${first.url}/ keeps its data in ${data}\n`);
  expect(statSync(data).mode & 0o777).toBe(0o700);
  expect(await postTo(first.url, payload)).toMatchObject({ status: 200, document: { stored: true } });
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(143);
  const second = await startServe({ data });
  expect((await json(`${second.url}/status.json`)).statuses).toMatchObject([payload]);
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(130);
});

test('a request under way is finished before the end, a second signal does not wait', async () => {
  const open = async () => {
    const serving = await startServe({ data: dataDirectory() });
    const socket = connect(Number(new URL(serving.url).port), '127.0.0.1');
    socket.on('error', () => {});
    const body = JSON.stringify(payload);
    socket.write(
      `POST /api/status HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    await once(socket, 'data');
    serving.child.kill('SIGTERM');
    // It has heard the signal when it takes no connection any more.
    for (;;)
      if (
        await fetch(serving.url).then(
          () => false,
          () => true,
        )
      )
        break;
    return { ...serving, socket, body };
  };
  const patient = await open();
  patient.socket.write(patient.body);
  const [answer] = await once(patient.socket, 'data');
  expect(`${answer}`).toMatch(/^HTTP\/1\.1 200 /);
  expect(await patient.ended).toBe(143);
  const hasty = await open();
  hasty.child.kill('SIGTERM');
  expect([await hasty.ended, hasty.child.signalCode]).toEqual([null, 'SIGTERM']);
});

test('the token comes from the environment, and everything posted needs it', async () => {
  const { url } = await startServe({ data: dataDirectory(), env: { GITOPS_STATUS_TOKEN: 'the-token\n' } });
  expect((await postTo(url, payload)).status).toBe(401);
  expect((await postTo(url, payload, { authorization: 'Bearer the-token' })).status).toBe(200);
  expect((await json(`${url}/api/status`)).length).toBe(1);
});

test('strangers are not listened to without a token, unless that is wanted', async () => {
  const data = dataDirectory();
  const refused = await sshdrift(['serve', '--listen', '0.0.0.0:0', '--data', data], { cwd: '/' });
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(
    /^sshdrift: error: anybody who reaches 0\.0\.0\.0 could post.*\nsshdrift: hint: Set GITOPS_STATUS_TOKEN.*--insecure\.\n$/,
  );
  for (const [args, env] of [
    [['--insecure'], {}],
    [[], { GITOPS_STATUS_TOKEN: 'x' }],
  ] as const) {
    const { child, ended, url } = await startServe({ data, args: ['--listen', '0.0.0.0:0', ...args], env });
    expect(url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
    child.kill('SIGTERM');
    await ended;
  }
});

test('a server is stale after the time that is told', async () => {
  const old = { ...payload, last_check: new Date(Date.now() - 90 * 60_000).toISOString() };
  for (const [args, said] of [
    [[], 'no check for 10 minutes'],
    [['--stale-after', '1h'], 'no check for 1 hour'],
    [['--stale-after', '2d'], null],
  ] as const) {
    const { url } = await startServe({ data: dataDirectory(), args });
    await postTo(url, old);
    const page = await (await fetch(url)).text();
    expect([page.includes('class="stale"'), page.includes(said ?? 'no check for 2 days')]).toEqual([
      said !== null,
      true,
    ]);
  }
});

test('two servers do not share a directory; a kill leaves it free', async () => {
  const data = dataDirectory();
  const first = await startServe({ data });
  await postTo(first.url, payload);
  await expect(startServe({ data })).rejects.toThrow(
    `another sshdrift serve uses the data directory ${data}`,
  );
  first.child.kill('SIGKILL');
  await first.ended;
  const second = await startServe({ data });
  expect((await json(`${second.url}/api/status`)).length).toBe(1);
});

test('a server that was forgotten stays so over a kill', async () => {
  const data = dataDirectory();
  const first = await startServe({ data });
  await postTo(first.url, payload);
  await postTo(first.url, { ...payload, server: 'old' });
  const { status } = await fetch(`${first.url}/api/status/${payload.repo}/old`, { method: 'DELETE' });
  first.child.kill('SIGKILL');
  await first.ended;
  const second = await startServe({ data });
  expect([status, await json(`${second.url}/api/status`)]).toMatchObject([204, [payload]]);
});

test('what keeps it from starting is said in one line and a hint', async () => {
  const data = dataDirectory();
  const { url } = await startServe({ data });
  const file = join(data, 'file');
  writeFileSync(file, '');
  const damaged = dataDirectory();
  writeFileSync(join(damaged, 'statuses.log'), 'what is this\n');
  const other = dataDirectory();
  const cases = [
    [['--listen', new URL(url).host, '--data', other], /cannot listen on 127\.0\.0\.1 port \d+: EADDRINUSE/],
    [
      ['--listen', '192.0.2.1:0', '--insecure', '--data', other],
      /cannot listen on 192\.0\.2\.1 port 0: EADDRNOTAVAIL/,
    ],
    [['--listen', 'nowhere', '--data', other], /--listen is not HOST:PORT: "nowhere"/],
    [
      ['--listen', '127.0.0.1:0', '--data', join(file, 'x')],
      /cannot make the data directory .*: not a directory/,
    ],
    [['--listen', '127.0.0.1:0', '--data', damaged], /.*statuses\.log is not a status log that this version/],
    [['--stale-after', '31d', '--data', other], /--stale-after is not a duration of at most 30 days/],
    [
      ['--listen', '127.0.0.1:0', '--data', other, '--webhook-url', 'ftp://x/s3cret'],
      /the webhook is not an http/,
    ],
  ] as const;
  for (const [args, error] of cases) {
    const { code, stderr } = await sshdrift(['serve', ...args], { cwd: '/' });
    expect(stderr).toMatch(new RegExp(`^sshdrift: error: ${error.source}.*\nsshdrift: hint: .*\n$`));
    expect(stderr).not.toContain('s3cret');
    expect(code).toBe(1);
  }
});

test('changes are told to the webhook, once each, and nothing is held up by it', async () => {
  const hook = await scriptedServer({ status: 500 }, { status: 204 });
  const env = { SSHDRIFT_WEBHOOK_URL: `${hook.url}/s3cret?key=s3cret` };
  const { url, child, ended, stderr } = await startServe({ data: dataDirectory(), env });
  const at = (minute: number, change: object = {}) => ({
    ...payload,
    last_check: `2026-04-21T10:3${minute}:00Z`,
    ...change,
  });
  const recovered = { sync_status: 'SYNCED', drift_count: 0, files: [] };
  for (const status of [
    at(0),
    at(1),
    at(2, { ...recovered, sync_status: 'UNKNOWN' }),
    at(3),
    at(4, recovered),
  ])
    expect((await postTo(url, status)).status).toBe(200);
  child.kill('SIGTERM'); // what is waiting is still told
  expect(await ended).toBe(143);
  expect(hook.seen.map(({ method, url: path }) => `${method} ${path}`)).toEqual(
    Array(3).fill('POST /s3cret?key=s3cret'),
  );
  expect(hook.seen.slice(1).map(({ body }) => JSON.parse(body))).toEqual([
    { ...at(0), event: 'drift', previous: null, since: at(0).last_check, first_drift_at: at(0).last_check },
    {
      ...at(4, recovered),
      event: 'recovered',
      previous: 'OUT_OF_SYNC',
      since: at(4).last_check,
      first_drift_at: null,
    },
  ]);
  expect(stderr()).not.toContain('warning');
});

test('a webhook that is not there is named without its secret, and the status stored', async () => {
  const hook = await scriptedServer({ status: 404, body: 'no /T01/s3cret+3 here, nor s3cret+3 with k3y/00' });
  const { url, child, ended, stderr } = await startServe({
    data: dataDirectory(),
    args: ['--webhook-url', `${hook.url}/T01/s3cret%2B3?key=k3y%2F00`],
  });
  expect((await postTo(url, payload)).status).toBe(200);
  child.kill('SIGTERM');
  await ended;
  expect(stderr()).toContain(
    `sshdrift: warning: the webhook at ${new URL(hook.url).host} was not told of "drift" of rsyslog-lab (rsyslog): HTTP 404 "no *** here, nor *** with ***"\n`,
  );
});

test('25 kills at random moments lose nothing that was acknowledged', { timeout: 120_000 }, async () => {
  const bench = join(import.meta.dirname, '../bench/kills.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '25']);
  const [, acknowledged] = /^25 kills: (\d+) acknowledged statuses verified, 0 lost/.exec(stdout) ?? [];
  expect(Number(acknowledged)).toBeGreaterThanOrEqual(25);
});

const real = needsOwnEtc();
real.test(
  'a full disk: statuses are refused, all else goes on, and with space again they are taken',
  async () => {
    const data = dataDirectory();
    mkdirSync(join(data, 'disk'));
    const disk = join(data, 'disk');
    const mounted = `read -r pid rest </proc/self/stat; mount -t tmpfs -o size=256k tmpfs "$0"; dd if=/dev/zero of="$0/ballast" bs=1k count=128 2>/dev/null; echo "$pid"; exec "$@"`;
    const serving = startServe({ data: disk, prefix: [...UNSHARE[isolation()], 'sh', '-ec', mounted, disk] });
    const { url, child, stderr } = await serving;
    const pid = (await once(child.stdout ?? child, 'data')).toString().trim();
    const files = Array.from({ length: 300 }, (_, i) => ({
      name: `rsyslog.d/${i}-a-file-with-a-long-name.conf`,
    }));
    const status = (i: number) => ({ ...payload, server: `s${i}`, files, drift_count: files.length });
    let stored = 0;
    let refused = await postTo(url, status(0));
    for (; refused.status === 200; refused = await postTo(url, status(stored))) stored += 1;
    expect(stored).toBeGreaterThan(2);
    expect(refused).toEqual({
      status: 503,
      retryAfter: '5',
      document: { error: 'the status could not be written: no space left on the device' },
    });
    expect((await json(`${url}/api/status`)).length).toBe(stored);
    expect((await postTo(url, status(stored))).status).toBe(503);
    rmSync(`/proc/${pid}/root${disk}/ballast`);
    expect((await postTo(url, status(stored))).status).toBe(200);
    expect((await json(`${url}/api/status`)).length).toBe(stored + 1);
    expect(stderr()).toMatch(
      /warning: statuses cannot be written: no space left on the device; they are refused.*\n.*warning: statuses can be written again\n$/,
    );
    // What is on the disk is whole: the log of the next server is this one.
    const read = readLog(readFileSync(`/proc/${pid}/root${disk}/statuses.log`));
    expect(read.kind === 'read' && read.entries.length).toBe(stored + 1);
  },
);
