// Jump hosts and --ssh-config as users meet them: the built program, whole runs.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { needs } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository, serverEntry } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const real = needs('sshd', 'ssh', 'ssh-keygen');

const GIT = { 'files/rsyslog.conf': 'main\n' };

real.describe('a whole run', () => {
  let servers: readonly [Sshd, Sshd, Sshd];
  let repo: Repository;
  beforeAll(async () => {
    const etc = { 'rsyslog.conf': 'main\n' };
    servers = await Promise.all([startSshd({ etc }), startSshd({ etc }), startSshd({ etc })]);
    const [bastion, a, b] = servers;
    repo = createRepository({
      ...GIT,
      'inventory.yaml': JSON.stringify({
        ...JSON.parse(inventoryOf({ bastion, a, b })),
        ssh: { jump: 'bastion' },
      }),
      ssh_config: `Host *.lab
  HostName 127.0.0.1
  Port ${a.port}
  User ${a.user}
  IdentityFile ${a.identityFile}
  UserKnownHostsFile ${a.knownHostsFile}
`,
      bad_config: 'Host *\n  Nonsense yes\n',
    });
  });
  afterAll(async () => {
    repo.remove();
    await Promise.all(servers.map(server => server.stop()));
  });

  test('through a jump host that is a server itself: one connection for it, one for the two behind it', async () => {
    const { code, stderr, stdout } = await sshdrift(['check'], { cwd: repo.dir });
    expect([code, stderr]).toEqual([0, '']);
    for (const name of ['a', 'b', 'bastion']) expect(stdout).toContain(`✓ SYNCED ${name}\n`);
    await servers[0].idle();
    expect(servers.map(server => server.connections())).toEqual([2, 1, 1]);
  });

  describe('--ssh-config', () => {
    test('a host that only the configuration knows', async () => {
      const { root } = servers[1];
      const inventory = { root, watch: [`${root}/rsyslog.conf`], servers: { 'a.lab': null } };
      repo.write({ 'other.yaml': JSON.stringify(inventory) });
      const args = ['check', '-i', 'other.yaml', '--ssh-config', 'ssh_config', '--format', 'json'];
      const { code, stdout } = await sshdrift(args, { cwd: repo.dir, env: { CI: 'yes' } });
      expect(code).toBe(0);
      const [server] = JSON.parse(stdout).servers;
      expect(server).toMatchObject({ server: 'a.lab', host: '127.0.0.1', port: servers[1].port });
    });

    test('a mistake in it: nothing is contacted, and ssh says which line', async () => {
      const before = servers[0].connections();
      const { code, stderr } = await sshdrift(['check', '--ssh-config', 'bad_config'], { cwd: repo.dir });
      expect(code).toBe(1);
      expect(stderr).toMatch(/error: ssh cannot say how to reach .*bad_config.* line 2/s);
      expect(stderr).toContain('--ssh-config none');
      expect(servers[0].connections()).toBe(before);
    });
  });

  test('a jump host that is not there: each server behind it says so', async () => {
    const [, a, b] = servers;
    const entry = (server: Sshd) => {
      const { ssh, ...rest } = serverEntry(server) as { ssh: object };
      return { ...rest, ssh: { ...ssh, jump: '127.0.0.1:1' } };
    };
    repo.write({ 'down.yaml': JSON.stringify({ servers: { a: entry(a), b: entry(b) } }) });
    const { code, stdout } = await sshdrift(['check', '-i', 'down.yaml', '--format', 'json'], {
      cwd: repo.dir,
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).servers.map((s: { failure: object }) => s.failure)).toMatchObject(
      [a, b].map(() => ({
        code: 'ssh/jump-failed',
        message: `127.0.0.1 is behind the jump host ${a.user}@127.0.0.1:1: connect to 127.0.0.1 port 1: connection refused`,
      })),
    );
  });
});
