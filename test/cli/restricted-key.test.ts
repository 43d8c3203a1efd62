// The whole way of a restricted key: what `sshdrift probe --authorized-keys` prints is installed on a real server, and
// `sshdrift check` goes on as before, while the key is worth nothing for anything else.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORCED_COMMAND_PATH } from '../../src/domain/probe/forced-command.ts';
import { sshdrift } from '../support/cli.ts';
import { run } from '../support/connecting.ts';
import { isolation } from '../support/isolation.ts';
import { needsOwnEtc } from '../support/programs.ts';
import { createRepository, type Repository } from '../support/repository.ts';
import { INSTALLED, restrictedSite, type Site } from '../support/restricted-site.ts';
import { reachOf } from '../support/snapshot-of.ts';
import type { Tree } from '../support/tree.ts';

const ETC: Tree = {
  'rsyslog.conf': { type: 'file', content: 'main\n', mode: 0o600, owner: 'deploy' },
  'rsyslog.d/30-lab.conf': 'edited\n',
  'rsyslog.d/99-new.conf': 'new\n',
};
const own = needsOwnEtc();

own.describe('a restricted key', () => {
  let site: Site;
  beforeAll(async () => {
    site = await restrictedSite({ etc: ETC }, {});
  });
  afterAll(async () => {
    site.repo.remove();
    await site.server.stop();
  });
  const check = () => sshdrift(['check', '--diff'], { cwd: site.repo.dir });

  test('checks as any other key does', async () => {
    const { code, stdout, stderr } = await check();
    expect([code, stderr]).toEqual([2, '']);
    expect(stdout).toContain('DRIFTED_FILES=/etc/rsyslog.d/30-lab.conf,/etc/rsyslog.d/99-new.conf');
    expect(stdout).toMatch(/-lab\n *\+edited/);
  });

  test.each(['id', 'cat /etc/rsyslog.conf', 'sh', INSTALLED, 'internal-sftp'])(
    'runs nothing else: %s',
    async command => {
      expect(await run(reachOf(site.server), command)).toMatch(/^sshdrift-probe: refused: [^\n]*\n1$/);
    },
  );

  test('cannot ask about a path that came to the inventory later; the report says what to do', async () => {
    site.inventory({ watch: ['/etc/rsyslog.conf', '/etc/rsyslog.d/*.conf', '/etc/shadow'] });
    const { code, stdout } = await check();
    expect(code).toBe(1);
    expect(stdout).toContain('sshdrift-probe: refused: /etc/shadow is not watched');
    expect(stdout).toContain('make it anew: sshdrift probe --authorized-keys');
    site.inventory({});
  });
});

const asRoot = isolation() === 'root' ? needsOwnEtc('sudo', 'fish', 'tcsh') : { describe: describe.skip };

asRoot.describe('a restricted key that reads as root', () => {
  test.each(['/bin/bash', '/usr/bin/fish', '/usr/bin/tcsh', '/bin/dash'])('behind %s', async shell => {
    const etc = { ...ETC, 'rsyslog.conf': { type: 'file', content: 'main\n', mode: 0o600 } } as const;
    const { server, repo } = await restrictedSite({ etc, shell }, { become: 'sudo' });
    try {
      const { code, stdout } = await sshdrift(['check'], { cwd: repo.dir });
      expect(stdout).toContain('DRIFTED_FILES=/etc/rsyslog.d/30-lab.conf,/etc/rsyslog.d/99-new.conf\n');
      expect(code).toBe(2);
      // Every shell hands on what was sent as one word, and runs none of it.
      for (const sent of [
        '$(touch /tmp/x)',
        '`touch /tmp/x`',
        '"; touch /tmp/x; "',
        "'; touch /tmp/x; '",
        'a\ntouch /tmp/x',
      ])
        expect(await run(reachOf(server), sent)).not.toMatch(/\n0$/);
      expect(await server.sh('ls /tmp/x 2>&1 || :')).toContain('No such file');
      // What sudoers allows is the program, and neither a shell nor anything that the program could be told to run.
      await server.sh(`printf '%s\\n' '${server.clientKey.publicKey}' >/home/deploy/.ssh/authorized_keys`);
      const reach = reachOf(server);
      expect(await run(reach, 'sudo -n -- sh -c id')).toContain('a password is required');
      expect(await run(reach, `sudo -n ${INSTALLED} id`)).toContain('sshdrift-probe: refused:');
      expect(await run(reach, `sudo -n ${INSTALLED}`)).toContain('sshdrift-probe: refused:');
    } finally {
      repo.remove();
      await server.stop();
    }
  });
});

describe('sshdrift probe', () => {
  let repo: Repository;
  beforeAll(() => {
    repo = createRepository({
      'inventory.yaml': JSON.stringify({
        servers: { a: { watch: ['/etc/a.conf'] }, b: { watch: ['/etc/b.conf'] } },
      }),
      'files/.keep': '',
      private: '-----BEGIN OPENSSH PRIVATE KEY-----\n',
      'two.pub': 'ssh-ed25519 AAAA\nssh-ed25519 AAAA\n',
      'evil.pub': 'ssh-ed25519 AAAA" ssh-rsa x\n',
    });
  });
  afterAll(() => repo.remove());
  const probe = (...args: readonly string[]) => sshdrift(['probe', ...args], { cwd: repo.dir });

  test.each([
    [['--authorized-keys'], /b and a differ in what they watch/],
    [['a', '--authorized-keys', '--key', 'private'], /private is a private key/],
    [['a', '--authorized-keys', '--key', 'two.pub'], /two\.pub is not one public key/],
    [['a', '--authorized-keys', '--key', 'evil.pub'], /evil\.pub is not one public key/],
    [['a', '--authorized-keys', '--key', 'none.pub'], /cannot read the public key none\.pub: no such file/],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await probe(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });

  test('without a key it leaves a place for one', async () => {
    const { stdout } = await probe('a', '--authorized-keys');
    expect(stdout).toContain(`\n# restrict,command="${FORCED_COMMAND_PATH}" PUBLIC-KEY\n`);
  });

  test('prints a script that runs as it is', async () => {
    const { stdout } = await probe('a');
    repo.write({ 'probe.sh': stdout });
    const { execFileSync } = await import('node:child_process');
    const answer = execFileSync('sh', [join(repo.dir, 'probe.sh')]).toString();
    expect(answer).toMatch(/ BEGIN 1\n0{32} F 1 absent\n0{32} END sha256sum\n$/);
  });
});
