// --prom-file and --pushgateway-url, as a pipeline and a cron job use them.

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { MAIN, sshdrift } from '../support/cli.ts';
import { listen } from '../support/fault-tcp.ts';
import { closedPort, scriptedServer } from '../support/http-ends.ts';
import { needs } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository, serverEntry } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const { describe, test } = needs('sshd', 'ssh-keygen');
const CONF = '*.* @@log.example.net\n';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd({ user: 'deploy', etc: { 'rsyslog.conf': CONF } });
});
afterAll(() => sshd?.stop());

const at = (port: number): object => {
  const entry = serverEntry(sshd) as { readonly ssh: object };
  return { ...entry, ssh: { ...entry.ssh, port } };
};
const inventory = (servers: Readonly<Record<string, object>>): string =>
  inventoryOf({ lab: sshd }, { servers });

function repository(servers: Readonly<Record<string, object>>, conf = CONF): Repository {
  const repo = createRepository({
    'files/rsyslog.conf': conf,
    'inventory.yaml': inventory(servers),
    'm/x': '',
  });
  onTestFinished(() => repo.remove());
  return repo;
}

/** `name{server="server"}`, or the first of that name. */
function valueIn(file: string, name: string, server?: string): number | null {
  const labels = server === undefined ? '.*' : `repo="rsyslog",server="${server}"`;
  const found = new RegExp(`^${name}\\{${labels}\\} (\\S+)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1];
  return found === undefined ? null : Number(found);
}
const LAST_CHECK = 'gitops_last_check_timestamp_seconds';

describe('--prom-file', () => {
  const FLAG = ['--prom-file', 'm/a.prom'];

  test('the exporter can read it, whatever the umask; nothing is left beside it', async () => {
    const repo = repository({ lab: at(sshd.port) });
    await promisify(execFile)(
      'sh',
      ['-c', 'umask 077; exec "$@"', '-', process.execPath, MAIN, 'check', ...FLAG, '--ssh-config', 'none'],
      { cwd: repo.dir, env: { PATH: process.env.PATH } },
    );
    const file = join(repo.dir, 'm/a.prom');
    expect(valueIn(file, 'gitops_sync_status', 'lab')).toBe(1);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(join(repo.dir, 'm')).sort()).toEqual(['a.prom', 'x']);
  });

  test('the last check of a server that is gone grows old', async () => {
    const repo = repository({ lab: at(sshd.port) });
    const file = join(repo.dir, 'm/a.prom');
    await sshdrift(['check', ...FLAG], { cwd: repo.dir });
    const before = valueIn(file, LAST_CHECK, 'lab');
    expect(before).toBeGreaterThan(1_700_000_000);
    repo.write({ 'inventory.yaml': inventory({ lab: at(await closedPort()) }) });
    expect((await sshdrift(['check', ...FLAG], { cwd: repo.dir })).code).toBe(1);
    expect([
      valueIn(file, LAST_CHECK, 'lab'),
      valueIn(file, 'gitops_sync_status', 'lab'),
      valueIn(file, 'gitops_last_check_success', 'lab'),
      valueIn(file, 'sshdrift_run_exit_code'),
    ]).toEqual([before, 0, 0, 1]);
  });

  test.each([
    ['SIGTERM', 143],
    ['the time limit', 1],
  ])('%s: what is known is there', async (what, exit) => {
    let accepted = (): void => undefined;
    const contacted = new Promise<void>(resolve => {
      accepted = resolve;
    });
    const silent = await listen(() => accepted());
    onTestFinished(() => silent.stop());
    const repo = repository({ lab: at(sshd.port), silent: at(silent.port) });
    const limit = what === 'SIGTERM' ? '60s' : '3s';
    const { code } = await sshdrift(['check', '--concurrency', '1', '--timeout', limit, ...FLAG], {
      cwd: repo.dir,
      ...(what === 'SIGTERM' && { signal: { name: 'SIGTERM' as const, after: contacted } }),
    });
    const file = join(repo.dir, 'm/a.prom');
    expect([code, valueIn(file, 'sshdrift_run_exit_code')]).toEqual([exit, exit]);
    expect(valueIn(file, 'gitops_sync_status', 'lab')).toBe(1);
    expect(valueIn(file, 'gitops_sync_status', 'silent')).toBe(0);
    expect(valueIn(file, LAST_CHECK, 'silent')).toBe(null);
  });

  test('a path that cannot be written costs the run, and not the report', async () => {
    const repo = repository({ lab: at(sshd.port) });
    const { code, stdout, stderr } = await sshdrift(
      ['check', '--format', 'json', '-q', '--exit-zero', '--prom-file', 'gone/a.prom'],
      { cwd: repo.dir },
    );
    expect([code, JSON.parse(stdout).sync_status]).toEqual([1, 'SYNCED']);
    expect(stderr).toBe(
      `sshdrift: error: cannot write ${repo.dir}/gone/a.prom: no such file or directory\n` +
        'sshdrift: hint: The directory must be there, and this user must be allowed to make and rename files in it.\n',
    );
  });

  test('a report that cannot be made is in the exit code of the run', async () => {
    const repo = repository({ lab: at(sshd.port), other: at(sshd.port) }, `${CONF}# more\n`);
    const { code } = await sshdrift(['check', '--format', 'patch', ...FLAG], { cwd: repo.dir });
    expect([code, valueIn(join(repo.dir, 'm/a.prom'), 'sshdrift_run_exit_code')]).toEqual([1, 1]);
  });

  test('a file that no exporter reads is refused before a server is asked', async () => {
    const silent = await listen(() => undefined);
    onTestFinished(() => silent.stop());
    const repo = repository({ silent: at(silent.port) });
    const { code, stderr } = await sshdrift(['check', '--prom-file', 'm/a.txt'], { cwd: repo.dir });
    expect([code, silent.connections(), existsSync(join(repo.dir, 'm/a.txt'))]).toEqual([1, 0, false]);
    expect(stderr).toContain('It takes a file whose name ends in .prom.');
  });
});

describe('--pushgateway-url', () => {
  test('a status that cannot be pushed fails the run, and is in the JSON report', async () => {
    const gateway = await scriptedServer({ status: 400, body: 'no' });
    const repo = repository({ lab: at(sshd.port), dead: at(await closedPort()) });
    const { code, stdout, stderr } = await sshdrift(
      ['check', 'lab', '-q', '--format', 'json', '--pushgateway-url', gateway.url],
      { cwd: repo.dir },
    );
    const error = `PUT ${gateway.url}/metrics/job/gitops/repo/rsyslog/server/lab: HTTP 400 "no"`;
    expect([code, stderr]).toEqual([
      1,
      `sshdrift: error: the status of lab was not pushed: ${error}\nsshdrift: hint: The receiver does not accept this status; its log says more.\n`,
    ]);
    const { delivery, pushes } = JSON.parse(stdout);
    expect([delivery, pushes]).toEqual([
      [],
      [{ server: 'lab', outcome: 'failed', http_status: 400, attempts: 1, error }],
    ]);
  });

  test('a post and a push of the same status do not hinder each other', async () => {
    const gateway = await scriptedServer({ status: 200 });
    const receiver = await scriptedServer({ status: 200 });
    const repo = repository({ lab: at(sshd.port), dead: at(await closedPort()) });
    const { code, stderr } = await sshdrift(['check', '--post-unknown', '--payload', 'extended'], {
      cwd: repo.dir,
      env: { PUSHGATEWAY_URL: gateway.url, GITOPS_STATUS_SERVER_URL: receiver.url },
    });
    expect(code).toBe(1);
    expect(receiver.seen.map(({ body }) => JSON.parse(body).sync_status).sort()).toEqual([
      'SYNCED',
      'UNKNOWN',
    ]);
    // What was not seen is no verdict, whatever is posted.
    expect(gateway.seen.map(({ url }) => url)).toEqual(['/metrics/job/gitops/repo/rsyslog/server/lab']);
    expect(stderr.split('\n')).toContain('==> lab: pushed SYNCED to the Pushgateway, HTTP 200');
  });

  test.each([
    ['check --no-post', ['check', '--no-post']],
    ['pre-deploy', ['pre-deploy', '--ssh-config', 'none']],
  ])('%s pushes nothing', async (_, args) => {
    const gateway = await scriptedServer({ status: 200 });
    const repo = repository({ lab: at(sshd.port) });
    const { code } = await sshdrift(args, { cwd: repo.dir, env: { PUSHGATEWAY_URL: gateway.url } });
    expect([code, gateway.seen.length]).toEqual([0, 0]);
  });

  test('a URL that cannot work is refused before a server is asked', async () => {
    const silent = await listen(() => undefined);
    onTestFinished(() => silent.stop());
    const repo = repository({ silent: at(silent.port) });
    const { code, stderr } = await sshdrift(['check', '--pushgateway-url', 'gateway:9091'], {
      cwd: repo.dir,
    });
    expect([code, silent.connections()]).toEqual([1, 0]);
    expect(stderr).toContain('comes from --pushgateway-url or PUSHGATEWAY_URL');
  });
});
