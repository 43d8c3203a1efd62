import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { closedPort, startTcpFault } from '../support/fault-tcp.ts';
import { needs } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository, serverEntry } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { startStatusReceiver } from '../support/status-receiver.ts';

/** The marks and steps of one diagnosis, e.g. `✓ name`. */
const steps = (stdout: string, about: string): readonly string[] => {
  const part = stdout.split('\n\n').find(text => text.startsWith(`${about}\n`)) ?? '';
  return [...part.matchAll(/^ {2}([✓✗!-]) ([\w ]+?) {2}/gm)].map(([, mark, step]) => `${mark} ${step}`);
};

needs('sshd', 'ssh-keygen').describe('doctor', () => {
  let server: Sshd;
  let repo: Repository;
  beforeAll(async () => {
    server = await startSshd({ user: 'deploy', etc: { 'rsyslog.conf': 'main\n' } });
    repo = createRepository({
      'files/rsyslog.conf': 'main\n',
      'inventory.yaml': inventoryOf({ lab: server }),
    });
  });
  afterAll(async () => {
    repo.remove();
    await server.stop();
  });
  const doctor = (servers: object, args: readonly string[] = []) => {
    repo.write({ 'inventory.yaml': inventoryOf({ lab: server }, { servers }) });
    return sshdrift(['doctor', ...args], { cwd: repo.dir });
  };
  const entry = (change: object): object => {
    const { ssh, ...rest } = serverEntry(server) as { ssh: object };
    return { ...rest, ssh: { ...ssh, ...change } };
  };

  test('a healthy server: every step passed, exit 0, nothing posted', async () => {
    const receiver = await startStatusReceiver();
    const { code, stdout, stderr } = await doctor({ lab: serverEntry(server) }, [
      '--status-url',
      receiver.url,
    ]);
    expect(steps(stdout, 'lab')).toEqual([
      '✓ own keys',
      '✓ name',
      '✓ connection',
      '✓ host key',
      '✓ authentication',
      '✓ shell',
      '✓ elevation',
      '✓ tools',
      '✓ answer',
      '✓ files',
    ]);
    expect(steps(stdout, 'here')).toEqual(['✓ inventory', '! Git', '✓ status server']);
    expect([code, stderr, receiver.received()]).toEqual([0, '', []]);
    await receiver.close();
  });

  test.each<[string, () => object | Promise<object>, string, RegExp]>([
    ['a key that is not there', () => entry({ identity_file: '/nonexistent' }), 'own keys', /no such file/],
    [
      'a name that does not resolve',
      () => ({ ...entry({}), host: 'does-not-exist.invalid' }),
      'name',
      /`host`/,
    ],
    ['a closed port', async () => entry({ port: await closedPort() }), 'connection', /Is sshd running there/],
    ['an unknown host key', () => entry({ known_hosts: '/dev/null' }), 'host key', /ssh-keyscan/],
    [
      'a login that does not exist',
      () => entry({ user: 'nobody-here' }),
      'authentication',
      /authorized_keys/,
    ],
  ])('%s: the first broken step, what to type, and nothing about the rest', async (_, broken, step, hint) => {
    const { code, stdout } = await doctor({ lab: await broken() });
    const found = steps(stdout, 'lab');
    const at = found.indexOf(`✗ ${step}`);
    expect(found.slice(0, at).every(line => line.startsWith('✓'))).toBe(true);
    expect(found.slice(at + 1).every(line => line.startsWith('-'))).toBe(true);
    expect(stdout).toMatch(hint);
    expect([at >= 0, code]).toEqual([true, 1]);
  });

  test('a shell that cannot', async () => {
    const closed = await startSshd({ user: 'deploy', shell: '/usr/sbin/nologin' });
    const { code, stdout } = await doctor({ lab: serverEntry(closed) });
    await closed.stop();
    expect(steps(stdout, 'lab')).toContain('✗ shell');
    expect(stdout).toContain('usermod -s /bin/sh');
    expect(code).toBe(1);
  });

  test('a file that may not be read', async () => {
    await server.sh(`chmod 600 ${server.path('rsyslog.conf')}`);
    const { code, stdout } = await doctor({ lab: serverEntry(server) });
    await server.sh(`chmod 644 ${server.path('rsyslog.conf')}`);
    expect(steps(stdout, 'lab')).toContain('✗ files');
    expect(stdout).toMatch(/rsyslog\.conf \(unreadable\)[\s\S]*hint: .*sudo/);
    expect(code).toBe(1);
  });

  describe('the status server', () => {
    test.each<[string, Parameters<typeof startTcpFault>[0], RegExp]>([
      ['that is no status server', 'http', /✗ status server.*HTTP 400/],
      ['that hangs up', 'closes', /✗ status server/],
    ])('%s', async (_, fault, line) => {
      const bad = await startTcpFault(fault);
      const { code, stdout } = await doctor({ lab: serverEntry(server) }, [
        '--status-url',
        `http://127.0.0.1:${bad.port}`,
      ]);
      await bad.stop();
      expect(stdout).toMatch(line);
      expect(code).toBe(1);
    });
  });

  test('a bad inventory is the first thing that is said', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sshdrift-doctor-'));
    chmodSync(dir, 0o755);
    const { code, stderr } = await sshdrift(['doctor'], { cwd: dir });
    rmSync(dir, { recursive: true });
    expect([code, stderr]).toEqual([1, expect.stringContaining('no inventory.yaml')]);
  });
});
