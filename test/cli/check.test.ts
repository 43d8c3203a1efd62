// `sshdrift check` as its users run it: the built program against real sshd servers, each with an /etc of its own.

import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { freshPrivateKey } from '../support/fault-server.ts';
import { closedPort, listen, startTcpFault } from '../support/fault-tcp.ts';
import { needs } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository, serverEntry } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { startStatusReceiver } from '../support/status-receiver.ts';

const real = needs('sshd', 'ssh-keygen');

const GIT = {
  'files/rsyslog.conf': 'main\n',
  'files/rsyslog.d/30-lab.conf': 'lab\n',
  'files/rsyslog.d/31-remote.conf': 'action(type="omhttp" pwd="old secret")\n',
};
const IN_SYNC = {
  'rsyslog.conf': 'main\n',
  'rsyslog.d/30-lab.conf': 'lab\n',
  'rsyslog.d/31-remote.conf': GIT['files/rsyslog.d/31-remote.conf'],
};
const report = (stdout: string) => JSON.parse(stdout);

real.describe('one server', () => {
  let server: Sshd;
  let repo: Repository;
  beforeAll(async () => {
    server = await startSshd({ user: 'deploy', etc: IN_SYNC });
    repo = createRepository({ ...GIT, 'inventory.yaml': inventoryOf({ lab: server }) });
  });
  afterAll(async () => {
    repo.remove();
    await server.stop();
  });
  const check = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
    sshdrift(['check', ...args], { cwd: repo.dir, env });

  test('in sync: exit 0, and the lines that runbooks look for', async () => {
    const { code, stdout, stderr } = await check();
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining(['✓ SYNCED lab', 'DRIFTED_FILES=', 'SYNC_STATUS=SYNCED']),
    );
    expect([code, stderr]).toEqual([0, '']);
  });

  test('drifted: exit 2, and names without contents when CI is set', async () => {
    await server.write({ 'rsyslog.d/30-lab.conf': 'edited\n', 'rsyslog.d/99-new.conf': 'new\n' });
    const { code, stdout } = await check([], { CI: 'woodpecker' });
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        '✗ OUT OF SYNC lab',
        `DRIFTED_FILES=${server.path('rsyslog.d/30-lab.conf')},${server.path('rsyslog.d/99-new.conf')}`,
        'SYNC_STATUS=OUT_OF_SYNC',
      ]),
    );
    expect(stdout).not.toContain('edited');
    expect(code).toBe(2);
    expect((await check(['--diff'], { CI: 'woodpecker' })).stdout).toMatch(/^ *-lab\n *\+edited$/m);
  });

  test('--exit-zero and --fail-on change the exit code and nothing else', async () => {
    expect((await check(['--exit-zero'])).code).toBe(0);
    expect((await check(['--fail-on', 'missing,metadata'])).code).toBe(0);
    expect((await check(['--fail-on', 'missing,unmanaged'])).code).toBe(2);
    expect((await check(['--fail-on', 'missing'])).stdout).toContain('SYNC_STATUS=OUT_OF_SYNC');
  });

  test('a changed password shows that it differs, and not what it is', async () => {
    await server.write({ 'rsyslog.d/31-remote.conf': 'action(type="omhttp" pwd="new secret")\n' });
    const files = ['json', 'text', 'payload'].map(
      format => [format, join(repo.dir, `out.${format}`)] as const,
    );
    const { stdout } = await check([
      '--diff',
      ...files.flatMap(([format, file]) => ['-o', `${format}=${file}`]),
    ]);
    const everything = [stdout, ...(await Promise.all(files.map(([, file]) => readFile(file, 'utf8'))))].join(
      '',
    );
    expect(everything).not.toMatch(/old secret|new secret/);
    expect(stdout).toContain('omhttp');
    expect((await check(['--diff', '--show-secrets'])).stdout).toMatch(/old secret[\s\S]*new secret/);
    await server.write({ 'rsyslog.d/31-remote.conf': IN_SYNC['rsyslog.d/31-remote.conf'] });
  });

  test('--format json and payload: one document on stdout, nothing else', async () => {
    const json = report((await check(['--format', 'json'])).stdout);
    expect(json).toMatchObject({
      schema: 'sshdrift/report/1',
      repo: 'rsyslog',
      sync_status: 'OUT_OF_SYNC',
      counts: { servers: 1, synced: 0, out_of_sync: 1, unknown: 0, drifted_files: 2 },
    });
    expect(json.servers[0].files.map((f: { verdict: string }) => f.verdict)).toEqual([
      'in-sync',
      'modified',
      'in-sync',
      'unmanaged',
    ]);
    const payload = report((await check(['--format', 'payload'])).stdout);
    expect(Object.keys(payload)).toEqual([
      'repo',
      'server',
      'sync_status',
      'drift_count',
      'files',
      'last_check',
    ]);
  });

  test('a status is posted first, with exactly the six keys, and reported in the old lines', async () => {
    const receiver = await startStatusReceiver();
    const env = { GITOPS_STATUS_SERVER_URL: receiver.url, REPO_NAME: 'renamed', SERVER_NAME: 'lab' };
    const { code, stderr } = await check([], env);
    expect(receiver.received()).toMatchObject([
      {
        repo: 'renamed',
        server: 'lab',
        sync_status: 'OUT_OF_SYNC',
        drift_count: 2,
        files: [{ name: 'rsyslog.d/30-lab.conf' }, { name: 'rsyslog.d/99-new.conf' }],
      },
    ]);
    expect(stderr.split('\n')).toEqual(
      expect.arrayContaining(['==> Sending status to gitops-status-server...', '==> Response: HTTP 200']),
    );
    expect(code).toBe(2);
    await check(['--no-post'], env);
    expect(receiver.received().length).toBe(1);
    await receiver.close();
  });

  test('a status that cannot be delivered is printed whole, and the run exits 1', async () => {
    const { code, stderr } = await check(['--status-url', `http://user-not@127.0.0.1:1`]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('GITOPS_STATUS_TOKEN')]);
    const receiver = await startTcpFault('http');
    const failed = await check(['--status-url', `http://127.0.0.1:${receiver.port}`]);
    await receiver.stop();
    expect(failed.code).toBe(1);
    const undelivered = /^sshdrift: undelivered: (.*)$/m.exec(failed.stderr)?.[1] ?? '';
    expect(report(undelivered)).toMatchObject({ server: 'lab', sync_status: 'OUT_OF_SYNC' });
  });

  test('a report file that cannot be written costs the run, and not the other reports', async () => {
    const last = join(repo.dir, 'last.json');
    const bad = ['-o', `json=${repo.dir}/none/a.json`, '-o', `json=${last}`];
    const { code, stdout, stderr } = await check(['--format', 'json', '-q', ...bad]);
    expect([code, report(stdout)]).toMatchObject([1, { schema: 'sshdrift/report/1' }]);
    expect(stderr).toMatch(
      /^sshdrift: error: cannot write \S+none\/a\.json: no such file or directory\nsshdrift: hint: /,
    );
    expect(report(await readFile(last, 'utf8'))).toEqual(report(stdout));
  });

  test('colours are for stdout; a file has none', async () => {
    const file = join(repo.dir, 'plain.txt');
    const { stdout } = await check(['-o', `text=${file}`], { FORCE_COLOR: '1' });
    expect(stdout).toContain('\u001b[');
    expect(await readFile(file, 'utf8')).not.toContain('\u001b');
  });

  test('the end of the run is the end of the program, whatever still waits', async () => {
    const started = performance.now();
    const { code } = await check([], {
      NODE_OPTIONS: '--import=data:text/javascript,setTimeout(()=>{},20000)',
    });
    expect(code).toBe(2);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('a result that cannot be written is trouble, said without a stack', async () => {
    const { code, stderr } = await sshdrift(['check'], { cwd: repo.dir, stdout: '/dev/full' });
    expect([code, stderr]).toEqual([
      1,
      'sshdrift: error: cannot write the result: ENOSPC: no space left on device, write\n',
    ]);
  });

  test('no secret of the environment appears anywhere', async () => {
    const env = {
      GITOPS_STATUS_TOKEN: 'canary-token',
      SSH_KEY_PASSPHRASE: 'canary-phrase',
      SSH_PRIVATE_KEY: 'canary-key',
    };
    const { code, stdout, stderr } = await check(['-v', '--diff', '--status-url', 'http://127.0.0.1:1'], env);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('ssh/key-unusable');
    expect(stdout + stderr).not.toContain('canary');
  });
});

real.describe('every verdict', () => {
  test('on one server, in one connection and one exec, and nothing on the server is touched', async () => {
    const server = await startSshd({
      user: 'deploy',
      etc: {
        'rsyslog.conf': 'main\n',
        'rsyslog.d/30-lab.conf': 'edited\n',
        'rsyslog.d/40-mode.conf': { type: 'file', content: 'mode\n', mode: 0o600, owner: 'deploy' },
        'rsyslog.d/50-fifo.conf': { type: 'fifo' },
        'rsyslog.d/60-closed.conf': { type: 'file', content: 'x', mode: 0o600 },
        'rsyslog.d/70-link.conf': { type: 'symlink', target: '30-lab.conf' },
        'rsyslog.d/80-moved.conf': 'moved\n',
        'rsyslog.d/90 odd "name"\n.conf': 'odd\n',
        'rsyslog.d/95-ufw.conf': 'ufw\n',
        'rsyslog.d/not-loaded.txt': 'x',
      },
    });
    const repo = createRepository({
      ...GIT,
      'files/rsyslog.d/40-mode.conf': 'mode\n',
      'files/rsyslog.d/50-fifo.conf': 'fifo\n',
      'files/rsyslog.d/60-closed.conf': 'closed\n',
      'files/rsyslog.d/81-moved.conf': 'moved\n',
      'inventory.yaml': inventoryOf(
        { lab: server },
        {
          expect: { mode: '0644' },
          ignore: [{ path: server.path('rsyslog.d/95-ufw.conf'), reason: 'shipped by ufw' }],
        },
      ),
    });
    const before = await server.treeListing();
    const { code, stdout } = await sshdrift(['check', '--format', 'json', '--diff'], { cwd: repo.dir });
    const after = await server.treeListing();
    await server.idle();
    const [lab] = report(stdout).servers;
    expect(lab.files.map((f: Record<string, unknown>) => [f.name, f.verdict, f.cause])).toEqual([
      ['rsyslog.conf', 'in-sync', null],
      ['rsyslog.d/30-lab.conf', 'modified', null],
      ['rsyslog.d/31-remote.conf', 'missing', null],
      ['rsyslog.d/40-mode.conf', 'metadata', null],
      ['rsyslog.d/50-fifo.conf', 'not-compared', 'not-a-file'],
      ['rsyslog.d/60-closed.conf', 'not-compared', 'unreadable'],
      ['rsyslog.d/70-link.conf', 'unmanaged', null],
      ['rsyslog.d/80-moved.conf', 'unmanaged', null],
      ['rsyslog.d/81-moved.conf', 'missing', null],
      ['rsyslog.d/90 odd "name"\\x0a.conf', 'unmanaged', null],
    ]);
    expect(lab).toMatchObject({
      sync_status: 'OUT_OF_SYNC',
      files_expected: 7,
      files_compared: 5,
      drift_count: 7,
      ignored: [{ name: 'rsyslog.d/95-ufw.conf', reason: 'shipped by ufw' }],
    });
    expect(code).toBe(1); // something was not compared: trouble wins over drift
    expect([server.connections(), server.execs()]).toEqual([1, 1]);
    expect(after).toEqual(before);
    repo.remove();
    await server.stop();
  });

  test('a question that is too long is split over several execs of one connection', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 120 }, (_, i) => [`rsyslog.d/${i}-service.conf`, `${i}\n`]),
    );
    const server = await startSshd({ user: 'deploy', etc: { ...many, 'rsyslog.d/extra.conf': 'x' } });
    const repo = createRepository({
      ...Object.fromEntries(Object.entries(many).map(([name, text]) => [`files/${name}`, text])),
      'inventory.yaml': inventoryOf({ lab: server }),
    });
    const { code, stdout } = await sshdrift(['check', '--format', 'json'], { cwd: repo.dir });
    await server.idle();
    expect(code).toBe(2);
    expect(report(stdout).servers[0]).toMatchObject({ files_compared: 120, drift_count: 1 });
    expect(server.connections()).toBe(1);
    expect(server.execs()).toBeGreaterThan(1);
    repo.remove();
    await server.stop();
  });
});

real.describe('trouble among good servers', () => {
  test('each failure has code, message and hint; the good ones are reported and posted; the run ends in time', async () => {
    const [good, other, silent, receiver] = await Promise.all([
      startSshd({ user: 'deploy', etc: IN_SYNC }),
      startSshd({ user: 'deploy', etc: IN_SYNC }),
      startTcpFault('silent'),
      startStatusReceiver(),
    ]);
    const at = (port: number): object => ({
      ...serverEntry(good),
      host: '127.0.0.1',
      ssh: { ...(serverEntry(good) as { ssh: object }).ssh, port },
    });
    const closed = await closedPort();
    const servers = {
      good1: serverEntry(good),
      good2: serverEntry(good),
      refusing: at(closed),
      stalling: at(silent.port),
      // The other server's port, known under the good one's key.
      swapped: { ...at(other.port), host_key: good.fingerprint },
      stranger: at(other.port),
      unresolved: { ...serverEntry(good), host: 'does-not-exist.invalid' },
    };
    const repo = createRepository({ ...GIT, 'inventory.yaml': inventoryOf({ good1: good }, { servers }) });
    const started = performance.now();
    const { code, stdout, stderr } = await sshdrift(
      ['check', '--format', 'json', '--timeout', '3s', '--status-url', receiver.url],
      { cwd: repo.dir },
    );
    expect(performance.now() - started).toBeLessThan(10_000);
    const results = report(stdout).servers.map((s: Record<string, { code: string }>) => [
      s.server,
      s.sync_status,
      s.failure?.code,
    ]);
    expect(results).toEqual([
      ['good1', 'SYNCED', undefined],
      ['good2', 'SYNCED', undefined],
      ['refusing', 'UNKNOWN', 'ssh/refused'],
      ['stalling', 'UNKNOWN', 'run/timeout'],
      ['stranger', 'UNKNOWN', 'ssh/host-key-unknown'],
      ['swapped', 'UNKNOWN', 'ssh/host-key-mismatch'],
      ['unresolved', 'UNKNOWN', 'ssh/dns'],
    ]);
    for (const { failure } of report(stdout).servers.slice(2)) {
      expect(failure).toEqual({
        code: expect.any(String),
        message: expect.stringMatching(/./),
        hint: expect.stringMatching(/./),
      });
    }
    const statuses = receiver.received().map(p => `${p.server} ${p.sync_status}`);
    expect(statuses.sort()).toEqual(['good1 SYNCED', 'good2 SYNCED']);
    expect(code).toBe(1);
    expect(stderr.match(/==> Response: HTTP 200/g)?.length).toBe(2);
    repo.remove();
    await Promise.all([good.stop(), other.stop(), silent.stop(), receiver.close()]);
  });

  test('--post-unknown posts them too', async () => {
    const receiver = await startStatusReceiver();
    const port = await closedPort();
    const repo = createRepository({
      ...GIT,
      'inventory.yaml': JSON.stringify({ servers: { down: { host: '127.0.0.1', ssh: { port } } } }),
    });
    const key = freshPrivateKey();
    const { code } = await sshdrift(['check', '--post-unknown', '--status-url', receiver.url], {
      cwd: repo.dir,
      env: { SSH_PRIVATE_KEY: key },
    });
    expect(receiver.received()).toMatchObject([
      { server: 'down', sync_status: 'UNKNOWN', drift_count: 0, files: [] },
    ]);
    expect(code).toBe(1);
    repo.remove();
    await receiver.close();
  });

  test('SIGINT: what is known is reported, exit 130', async () => {
    let accepted = (): void => undefined;
    const connected = new Promise<void>(resolve => {
      accepted = resolve;
    });
    const silent = await listen(() => accepted());
    const repo = createRepository({
      ...GIT,
      'inventory.yaml': JSON.stringify({
        servers: { stalling: { host: '127.0.0.1', ssh: { port: silent.port } } },
      }),
    });
    const key = freshPrivateKey();
    const { code, stdout } = await sshdrift(['check'], {
      cwd: repo.dir,
      env: { SSH_PRIVATE_KEY: key },
      signal: { name: 'SIGINT', after: connected },
    });
    expect([code, stdout]).toEqual([130, expect.stringContaining('run/interrupted: interrupted by SIGINT')]);
    repo.remove();
    await silent.stop();
  });
});

describe("an operator's mistakes", () => {
  let repo: Repository;
  beforeAll(() => {
    repo = createRepository({
      ...GIT,
      'inventory.yaml': 'servers: {lab: {host: 192.0.2.1}, web1: {labels: {role: web}}}\n',
    });
  });
  afterAll(() => repo.remove());

  test.each<[string, readonly string[], RegExp]>([
    ['an unknown server', ['nobody'], /no server matches "nobody"[\s\S]*lab, web1/],
    [
      'a label that no server has',
      ['--select', 'role=db'],
      /no server has --select role=db\n.*hint: Labels there: role=web\.\n/,
    ],
    ['a label that is none', ['--select', 'role'], /not KEY=VALUE/],
    ['an inventory that is not there', ['-i', 'none.yaml'], /cannot read the inventory none.yaml/],
    [
      'an unknown option',
      ['--colour'],
      /^sshdrift: error: unknown option '--colour'[\s\S]*\nsshdrift: hint: `sshdrift check --help`/,
    ],
    ['an unknown format', ['--format', 'xml'], /Allowed choices are text, json, payload/],
    ['a duration that is none', ['--timeout', '10'], /takes a time with its unit, like 500ms, 10s or 2m/],
    ['a verdict that is none', ['--fail-on', 'changed'], /"changed" is no verdict/],
    ['a status URL that is none', ['--status-url', 'status'], /sshdrift: hint:/],
  ])('%s: exit 1, said in a line, without a stack', async (_, args, message) => {
    const { code, stdout, stderr } = await sshdrift(['check', ...args], { cwd: repo.dir });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  test('without an inventory the mistake is not looked for in one', async () => {
    const bare = createRepository({});
    const without = (...args: string[]) => sshdrift(['check', ...args], { cwd: bare.dir });
    expect((await without('op@192.0.2.1')).stderr).toBe(
      'sshdrift: error: files cannot be read: no such file or directory\n' +
        'sshdrift: hint: There is no inventory here, so `files` in this directory must hold readable Git copies and nothing else: change into the repository, or begin one with `sshdrift init`. No server was contacted.\n',
    );
    expect((await without('op@192.0.2.1', 'me@192.0.2.1')).stderr).toMatch(
      /"op@192\.0\.2\.1" and "me@192\.0\.2\.1" are one server/,
    );
    bare.remove();
  });

  test('a destination where there is an inventory: the hint says which', async () => {
    const { stderr } = await sshdrift(['check', 'op@192.0.2.9:22'], { cwd: repo.dir });
    expect(stderr).toMatch(/hint: The inventory has: lab, web1\. .*\[user@\]host\[:port\]/);
  });

  test('a bad inventory is refused with its place before anything is contacted', async () => {
    writeFileSync(join(repo.dir, 'bad.yaml'), 'servers:\n  lab:\n    host: 192.0.2.1\n    prot: 22\n');
    const { code, stderr } = await sshdrift(['check', '-i', 'bad.yaml'], { cwd: repo.dir });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/bad\.yaml:4:5: servers\.lab\.prot/)]);
  });

  test('with --format json the mistake is a document too', async () => {
    const { code, stdout } = await sshdrift(['check', 'nobody', '--format', 'json'], { cwd: repo.dir });
    expect([code, report(stdout)]).toMatchObject([
      1,
      { schema: 'sshdrift/error/1', error: { message: 'no server matches "nobody"' } },
    ]);
  });
});

test('sshdrift probe prints exactly what would run, and contacts nobody', async () => {
  const repo = createRepository({ ...GIT, 'inventory.yaml': 'servers: {lab: {host: 192.0.2.1}}\n' });
  const { code, stdout } = await sshdrift(['probe'], { cwd: repo.dir });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^set -- '0{32} .*'\nexec <\/dev\/null\n/);
  expect(stdout).toContain(' f /etc/rsyslog.d/30-lab.conf ');
  repo.remove();
});
