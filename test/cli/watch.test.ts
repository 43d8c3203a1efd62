// A watch as users run it, against real servers: detection, one connection, trouble, files that change, how it ends.

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { listen as listenTcp } from '../support/fault-tcp.ts';
import { listen } from '../support/http-ends.ts';
import { needs } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository, serverEntry } from '../support/repository.ts';
import { type Sshd, type SshdOptions, startSshd } from '../support/sshd.ts';
import { startWatching } from '../support/watching.ts';

const { test, describe } = needs('sshd', 'ssh-keygen', 'git');
const CONF = '*.* @@log.example.net\n';
const OFTEN = ['--interval', '100ms'];

async function server(options: SshdOptions = {}): Promise<Sshd> {
  const sshd = await startSshd({ user: 'deploy', etc: { 'rsyslog.conf': CONF }, ...options });
  onTestFinished(() => sshd.stop());
  return sshd;
}

function repository(sshd: Sshd, servers: object = {}): Repository {
  const repo = createRepository({
    'files/rsyslog.conf': CONF,
    'inventory.yaml': inventoryOf({ lab: sshd }, { servers: { lab: serverEntry(sshd), ...servers } }),
  });
  onTestFinished(() => repo.remove());
  return repo;
}

interface Posted {
  readonly server: string;
  readonly sync_status: string;
  readonly last_check: string;
}

/** A receiver whose posts are waited for; it answers what `status` says. */
async function receiver() {
  const posted: Posted[] = [];
  let look = (): void => undefined;
  let status = 200;
  const http = await listen(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk));
      request.on('end', () => {
        response.writeHead(status).end('{}');
        if (status !== 200) return;
        posted.push(JSON.parse(Buffer.concat(chunks).toString()));
        look();
      });
    }),
  );
  return {
    url: http.url,
    posted,
    answer: (next: number): void => {
      status = next;
    },
    /** Resolves when a status like this comes, or has come after `from` others. */
    until: (wanted: string, from = 0): Promise<void> =>
      new Promise(resolve => {
        look = () => posted.slice(from).some(one => one.sync_status === wanted) && resolve();
        look();
      }),
  };
}

/** Leads to a server, as long as it is not closed. */
async function door(sshd: Sshd) {
  const open = new Set<Socket>();
  let isOpen = true;
  const tcp = await listenTcp(socket => {
    if (!isOpen) return void socket.destroy();
    const on = connect(sshd.port, '127.0.0.1');
    for (const end of [socket, on]) {
      open.add(end);
      end.on('error', () => undefined).on('close', () => open.delete(end));
    }
    socket.pipe(on).pipe(socket);
  });
  onTestFinished(() => tcp.stop());
  return {
    port: tcp.port,
    set: (next: boolean): void => {
      isOpen = next;
      if (!next) for (const socket of open) socket.destroy();
    },
    cut: (): void => {
      for (const socket of open) socket.destroy();
    },
  };
}

test('a change on the server is told and posted within a round, over one connection', async () => {
  const sshd = await server();
  const to = await receiver();
  const repo = repository(sshd);
  const watch = startWatching([...OFTEN, '--diff', '--status-url', to.url], { cwd: repo.dir });
  await watch.stdout(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ lab: in sync\n✓ SYNCED lab\nDRIFTED_FILES=\nSYNC_STATUS=SYNCED$/m,
  );
  await to.until('SYNCED');

  await sshd.write({ 'rsyslog.conf': `${CONF}*.* /by/hand\n` });
  const told = await watch.stdout(/\+\*\.\* \/by\/hand$/m);
  expect(told).toContain(': out of sync, was in sync\n✗ OUT OF SYNC lab\n');
  expect(told).toContain(`DRIFTED_FILES=${sshd.path('rsyslog.conf')}\nSYNC_STATUS=OUT_OF_SYNC\n`);
  await to.until('OUT_OF_SYNC');
  await watch.stderr(/==> lab: OUT_OF_SYNC\n==> Response: HTTP 200\n/);

  await sshd.write({ 'rsyslog.conf': CONF });
  await watch.stdout(/lab: in sync, was out of sync\n✓ SYNCED lab$/m);
  await to.until('SYNCED', to.posted.length - 1);
  watch.child.kill('SIGTERM');
  expect(await watch.ended).toBe(143);
  await sshd.idle();
  expect(sshd.connections()).toBe(1);
  expect(sshd.execs()).toBeGreaterThanOrEqual(3);
});

test('what only a check has is refused, and what does it is named; the variable of it is told of', async () => {
  const sshd = await server();
  const repo = repository(sshd);
  const watch = (args: readonly string[], env = {}) =>
    sshdrift(['watch', '--rounds', '1', '--ssh-config', 'none', ...args], { cwd: repo.dir, env });
  for (const [option, value] of [
    ['--pushgateway-url', 'http://127.0.0.1:9'],
    ['--prom-file', 'x.prom'],
  ] as const) {
    const { code, stdout, stderr } = await watch([option, value]);
    expect([code, stdout, stderr]).toEqual([
      ...[1, ''],
      expect.stringMatching(
        `^sshdrift: error: a watch has no ${option}: it is for a check\nsshdrift: hint: .*serve.*check ${option}`,
      ),
    ]);
  }
  const env = { PUSHGATEWAY_URL: 'http://127.0.0.1:9' };
  expect(await watch([], env)).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^sshdrift: warning: PUSHGATEWAY_URL is for `sshdrift check`: .*\n$/),
  });
  expect(await watch(['--no-post'], env)).toMatchObject({ code: 0, stderr: '' });
});

test('so many rounds are one connection and as many questions; the exit code is that of the last', async () => {
  const sshd = await server();
  const repo = repository(sshd);
  const { code, stdout, stderr } = await sshdrift(
    ['watch', '--interval', '1ms', '--rounds', '50', '--ssh-config', 'none'],
    { cwd: repo.dir },
  );
  await sshd.idle();
  expect({ code, stderr, connections: sshd.connections(), execs: sshd.execs() }).toEqual({
    ...{ code: 0, stderr: '', connections: 1, execs: 50 },
  });
  expect(stdout.match(/SYNC_STATUS/g)).toHaveLength(1);
  expect(stdout).toMatch(/^1 server: 1 in sync, 0 out of sync, 0 unknown; 0 drifted files$/m);
  await sshd.write({ 'rsyslog.conf': 'x' });
  const drifted = await sshdrift(['watch', '--rounds', '1', '--ssh-config', 'none'], { cwd: repo.dir });
  expect(drifted.code).toBe(2);
});

/** A repository whose server is reached through a door. */
function behind(sshd: Sshd, { port }: { readonly port: number }) {
  const entry = serverEntry(sshd) as { readonly ssh: object };
  return repository(sshd, { lab: { ...entry, host_key: sshd.fingerprint, ssh: { ...entry.ssh, port } } });
}

describe('a server that goes away', () => {
  test('is unknown after three rounds, is never posted as fresh meanwhile, and comes back', async () => {
    const sshd = await server();
    const way = await door(sshd);
    const to = await receiver();
    const repo = behind(sshd, way);
    const watch = startWatching([...OFTEN, '--heartbeat', '1ms', '--status-url', to.url], { cwd: repo.dir });
    await watch.stdout(/lab: in sync$/m);
    await to.until('SYNCED');
    way.set(false);
    const told = await watch.stdout(/^SYNC_STATUS=UNKNOWN\n.*\n {2}hint: .*$/m);
    expect(told).toMatch(/lab: unknown, was in sync\n\? UNKNOWN lab\n/);
    const gone = to.posted.length;
    way.set(true);
    await watch.stdout(/lab: in sync, was unknown$/m);
    await to.until('SYNCED', gone);
    expect(new Set(to.posted.map(({ sync_status }) => sync_status))).toEqual(new Set(['SYNCED']));
    // A heartbeat with each round, and none of a round that failed: the posts before stand in the order of their checks.
    const times = to.posted.map(({ last_check }) => last_check);
    expect(times).toEqual([...times].sort());
    watch.child.kill('SIGINT');
    expect(await watch.ended).toBe(130);
  });

  test('is posted with --post-unknown', async () => {
    const sshd = await server();
    const way = await door(sshd);
    const to = await receiver();
    const repo = behind(sshd, way);
    way.set(false);
    const watch = startWatching([...OFTEN, '--post-unknown', '--status-url', to.url], { cwd: repo.dir });
    await watch.stderr(/sshdrift: lab: no answer yet: ssh\/[a-z-]+: .*\nsshdrift: hint: /);
    await to.until('UNKNOWN');
    expect(watch.all().stdout).toContain('? UNKNOWN lab\n');
  });

  test('and is back in the same round is not mentioned', async () => {
    const sshd = await server();
    const way = await door(sshd);
    const repo = behind(sshd, way);
    const watch = startWatching(OFTEN, { cwd: repo.dir });
    await watch.stdout(/lab: in sync$/m);
    way.cut();
    await sshd.idle();
    await sshd.write({ 'rsyslog.conf': 'x' });
    const told = await watch.stdout(/^SYNC_STATUS=.*$/gm);
    expect(told).toContain('SYNC_STATUS=');
    await watch.stdout(/lab: out of sync, was in sync$/m);
    expect([watch.all().stderr, sshd.connections()]).toEqual(['', 2]);
  });
});

describe('files that are edited while it runs', () => {
  test('count from the next round on: a copy, and a server in the inventory', async () => {
    const sshd = await server();
    const repo = repository(sshd);
    const watch = startWatching(OFTEN, { cwd: repo.dir });
    await watch.stdout(/lab: in sync$/m);
    repo.write({ 'files/rsyslog.conf': `${CONF}# new\n` });
    await watch.stdout(/lab: out of sync, was in sync$/m);
    repo.write({
      'inventory.yaml': inventoryOf({ lab: sshd, other: sshd }),
      'files/rsyslog.conf': CONF,
    });
    const told = await watch.stdout(/other: in sync$/m);
    if (!told.includes('lab: in sync, was')) await watch.stdout(/lab: in sync, was out of sync$/m);
  });

  test('and make no sense are said once, and what was valid goes on', async () => {
    const sshd = await server();
    const repo = repository(sshd);
    const watch = startWatching(OFTEN, { cwd: repo.dir });
    await watch.stdout(/lab: in sync$/m);
    repo.write({ 'inventory.yaml': 'servers: [' });
    await watch.stderr(
      /sshdrift: error: inventory\.yaml:1:.*\n(.*\n)*sshdrift: goes on with what was valid before\n/,
    );
    await sshd.write({ 'rsyslog.conf': 'x' });
    await watch.stdout(/lab: out of sync, was in sync$/m);
    repo.write({ 'inventory.yaml': inventoryOf({ lab: sshd }), 'files/rsyslog.conf': 'x' });
    await watch.stdout(/lab: in sync, was out of sync$/m);
    expect(watch.all().stderr.match(/error:/g)).toHaveLength(1);
  });

  test('commits, with --ref', async () => {
    const sshd = await server();
    const repo = repository(sshd);
    const git = (...args: readonly string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.net', ...args], {
        cwd: repo.dir,
      });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'one');
    const watch = startWatching([...OFTEN, '--ref', 'HEAD'], { cwd: repo.dir });
    await watch.stdout(/lab: in sync$/m);
    repo.write({ 'files/rsyslog.conf': 'x' });
    git('commit', '-qam', 'two');
    const told = await watch.stdout(/1 commit behind/);
    expect(told).toContain('lab: out of sync, was in sync\n');
  });
});

test('a receiver that is down is mentioned once, keeps nothing from being checked, and gets the newest', async () => {
  const sshd = await server();
  const to = await receiver();
  to.answer(400);
  const repo = repository(sshd);
  const watch = startWatching([...OFTEN, '--heartbeat', '1ms', '--status-url', to.url], { cwd: repo.dir });
  await watch.stderr(
    /error: the status of lab was not delivered: .*HTTP 400(.*\n)*sshdrift: it is tried again/,
  );
  await sshd.write({ 'rsyslog.conf': 'x' });
  await watch.stdout(/lab: out of sync, was in sync$/m);
  to.answer(200);
  await to.until('OUT_OF_SYNC');
  await watch.stderr(/sshdrift: all statuses are delivered again\n/);
  expect(to.posted.map(({ sync_status }) => sync_status)).not.toContain('SYNCED');
  expect(watch.all().stderr.match(/error:/g)).toHaveLength(1);
});

test('a server that flaps is told to, once, and the heartbeat has the truth', {
  timeout: 60_000,
}, async () => {
  const sshd = await server();
  const to = await receiver();
  const repo = repository(sshd);
  // Ten rounds are time enough for four changes, also on a busy machine.
  const watch = startWatching(['--interval', '1s', '--heartbeat', '1ms', '--status-url', to.url], {
    cwd: repo.dir,
  });
  await watch.stdout(/lab: in sync$/m);
  for (let i = 0; i < 3; i++) {
    await sshd.write({ 'rsyslog.conf': i % 2 === 0 ? 'x' : CONF });
    await watch.stdout(i % 2 === 0 ? /was in sync$/m : /was out of sync$/m);
  }
  await sshd.write({ 'rsyslog.conf': CONF });
  await watch.stdout(/lab: in sync, flapping: more than 3 changes in 10 rounds/);
  const before = to.posted.length;
  await sshd.write({ 'rsyslog.conf': 'x' });
  await to.until('OUT_OF_SYNC', before);
  const told = await watch.stdout(/lab: out of sync, steady again$/m);
  expect(told).not.toContain('was in sync');
});

test('lines of JSON, one for each change', async () => {
  const sshd = await server();
  const repo = repository(sshd);
  const watch = startWatching([...OFTEN, '--format', 'json'], { cwd: repo.dir });
  await watch.stdout(/\n/);
  await sshd.write({ 'rsyslog.conf': 'x' });
  await watch.stdout(/\n/);
  watch.child.kill('SIGINT');
  expect(await watch.ended).toBe(130);
  const lines = watch
    .all()
    .stdout.trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(
    lines.map(({ schema, event, from, server: { server: name, sync_status } }) => ({
      schema,
      event,
      from,
      name,
      sync_status,
    })),
  ).toEqual([
    { schema: 'sshdrift/change/1', event: 'first', from: null, name: 'lab', sync_status: 'SYNCED' },
    {
      schema: 'sshdrift/change/1',
      event: 'changed',
      from: 'SYNCED',
      name: 'lab',
      sync_status: 'OUT_OF_SYNC',
    },
  ]);
});

test('a server that keeps the connection alive, and renews its keys all the time, is watched as any other', async () => {
  const sshd = await server({ config: ['ClientAliveInterval 1', 'RekeyLimit 16K'] });
  const repo = repository(sshd);
  const { code } = await sshdrift(
    ['watch', '--interval', '20ms', '--rounds', '100', '--ssh-config', 'none'],
    { cwd: repo.dir },
  );
  await sshd.idle();
  expect([code, sshd.connections(), sshd.execs()]).toEqual([0, 1, 100]);
});

test('it ends when nobody reads it any more', async () => {
  const sshd = await server();
  const repo = repository(sshd);
  const watch = startWatching(OFTEN, { cwd: repo.dir });
  await watch.stdout(/lab: in sync$/m);
  watch.child.stdout?.destroy();
  await sshd.write({ 'rsyslog.conf': 'x' });
  expect(await watch.ended).toBe(1);
});

test('a mistake is one, before any server is asked', async () => {
  const sshd = await server();
  const repo = repository(sshd);
  const { code, stderr } = await sshdrift(['watch', 'nobody', '--ssh-config', 'none'], { cwd: repo.dir });
  expect([code, stderr, sshd.connections()]).toEqual([
    1,
    expect.stringContaining('no server matches "nobody"'),
    0,
  ]);
});
