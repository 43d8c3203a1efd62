// `sshdrift init` against real sshd servers: whatever they have, `sshdrift check` right afterwards says SYNCED.

import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import { run } from '../../src/cli/program.ts';
import { sshdrift } from '../support/cli.ts';
import { needsOwnEtc } from '../support/programs.ts';
import { onTerminal } from '../support/pty.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import type { Tree } from '../support/tree.ts';
import { worldOf } from '../support/world.ts';

const { test } = needsOwnEtc('script', 'ssh');

const SHARED: Tree = {
  'rsyslog.conf': 'main\r\nwith CRLF\r\n',
  'rsyslog.d/10-same.conf': 'same\n',
  'rsyslog.d/20-differs.conf': 'first\n',
};
const FIRST: Tree = [
  ...Object.entries(SHARED),
  ['rsyslog.d/30-empty.conf', ''],
  ['rsyslog.d/31-binary.conf', Buffer.from([0, 1, 2, 255, 254, 10, 13])],
  ['rsyslog.d/32 odd\n[x]?*.conf', 'odd\n'],
  [Buffer.from('rsyslog.d/33-\xe9\xff.conf', 'latin1'), 'not UTF-8\n'],
  ['rsyslog.d/40-dangling.conf', { type: 'symlink', target: '/nowhere' }],
  [Buffer.from('rsyslog.d/41-\xe9[*.conf', 'latin1'), { type: 'symlink', target: '/nowhere' }],
  ['rsyslog.d/42-link.conf', { type: 'symlink', target: '../rsyslog.conf' }],
  ['rsyslog.d/43-directory.conf', { type: 'directory' }],
  ['rsyslog.d/44-fifo.conf', { type: 'fifo' }],
  ['rsyslog.d/50-secret.conf', 'one\naction(type="omhttp" pwd="hunter2")\n'],
  ['rsyslog.d/60-closed.conf', { type: 'file', content: 'closed\n', mode: 0o600 }],
  ['rsyslog.d/.hidden.conf', 'hidden\n'],
  ['rsyslog.d/README', 'not watched\n'],
];
const SECOND: Tree = {
  ...SHARED,
  'rsyslog.d/20-differs.conf': 'second\n',
  'rsyslog.d/70-extra.conf': 'only here\n',
};

let first: Sshd;
let second: Sshd;
let dir: string;
const dirs: string[] = [];
beforeAll(async () => {
  [first, second] = await Promise.all([
    startSshd({ user: 'deploy', etc: FIRST }),
    startSshd({ user: 'deploy', etc: SECOND }),
  ]);
});
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  for (const made of dirs) rmSync(made, { recursive: true, force: true });
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sshdrift-init-test-'));
  dirs.push(dir);
});

const at = (server: Sshd): string => `deploy@127.0.0.1:${server.port}`;
const nameOf = (server: Sshd): string => `127.0.0.1:${server.port}`;
const env = (): Record<string, string> => ({ SSH_PRIVATE_KEY: first.clientKey.privateKey });
const knowing = (...servers: readonly Sshd[]): Record<string, string> => ({
  ...env(),
  SSH_KNOWN_HOSTS: servers.map(server => server.knownHosts).join(''),
});
const init = (args: readonly string[], more: Record<string, string> = {}) =>
  sshdrift(['init', ...args], { cwd: dir, env: { ...env(), ...more } });
const read = (name: string): string => readFileSync(join(dir, name), 'latin1');
const names = (directory = dir): readonly string[] =>
  (readdirSync(directory, { recursive: true, encoding: 'latin1' }) as string[])
    .filter(name => !lstatSync(Buffer.from(join(directory, name), 'latin1')).isDirectory())
    .sort();

describe('a repository', () => {
  test('of two servers that differ: check says SYNCED for both', async () => {
    const { code, stdout, stderr } = await init([at(first), at(second), '--accept-host-keys']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const check = await sshdrift(['check'], { cwd: dir, env: env() });
    expect(check.stdout).toContain(`✓ SYNCED ${nameOf(first)}`);
    expect(check.stdout).toContain(`✓ SYNCED ${nameOf(second)}`);
    expect(check).toMatchObject({ code: 0, stderr: '' });

    expect(read('files/rsyslog.conf')).toBe('main\r\nwith CRLF\r\n');
    expect(read('files/rsyslog.d/20-differs.conf')).toBe('first\n');
    expect(names()).toEqual(
      [
        'files/rsyslog.conf',
        'files/rsyslog.d/10-same.conf',
        'files/rsyslog.d/20-differs.conf',
        ...['30-empty', '31-binary', '32 odd\n[x]?*', '33-\xe9\xff', '42-link', '50-secret'].map(
          name => `overlays/${nameOf(first)}/rsyslog.d/${name}.conf`,
        ),
        ...['20-differs', '70-extra'].map(name => `overlays/${nameOf(second)}/rsyslog.d/${name}.conf`),
        'inventory.yaml',
        'known_hosts',
      ].sort(),
    );
    expect(read('known_hosts')).toBe(`${first.knownHosts}${second.knownHosts}`);

    expect(stdout).toContain(`rsyslog.d/60-closed.conf cannot be read: permission denied`);
    expect(stdout).toContain(`rsyslog.d/40-dangling.conf is a symbolic link to nothing`);
    expect(stdout).toContain(`rsyslog.d/70-extra.conf is not on ${nameOf(first)}`);
    expect(stdout).toMatch(/Next: sshdrift check --ssh-config none\n$/);
    expect(stderr).toContain('50-secret.conf holds a password (line 2)');
    expect(`${stdout}${stderr}`).not.toContain('hunter2');
    for (const server of [first, second]) expect(stderr).toContain(`ssh-ed25519 ${server.fingerprint}`);
    expect(lstatSync(join(dir, `overlays/${nameOf(first)}/rsyslog.d/50-secret.conf`)).mode & 0o077).toBe(0);
  });

  test('and a drift afterwards is seen', async () => {
    await init([at(second), '--accept-host-keys']);
    await second.write({ 'rsyslog.d/70-extra.conf': 'changed\n' });
    expect((await sshdrift(['check'], { cwd: dir, env: env() })).code).toBe(2);
    await second.write({ 'rsyslog.d/70-extra.conf': 'only here\n' });
  });

  test('of one server is plain: files, no layers, and what was used to reach it', async () => {
    expect((await init([at(second), '-C', 'new/rsyslog-lab'], knowing(second))).stdout).toMatch(
      /Next: cd new\/rsyslog-lab && sshdrift check --ssh-config none\n$/,
    );
    expect(read('new/rsyslog-lab/inventory.yaml').split('\n').slice(2)).toEqual([
      'repo: rsyslog-lab',
      'files: files',
      'root: /etc',
      'watch: [/etc/rsyslog.conf, /etc/rsyslog.d/*.conf]',
      'ssh: {user: deploy, known_hosts: known_hosts}',
      'servers:',
      `  ${nameOf(second)}: {host: 127.0.0.1, ssh: {port: ${second.port}}}`,
      '',
    ]);
    const check = await sshdrift(['check'], { cwd: join(dir, 'new/rsyslog-lab'), env: env() });
    expect([check.code, check.stderr]).toEqual([0, '']);
  });

  test('with files of its own choice, read as it says', async () => {
    const args = ['--root', '/', '--watch', '/etc/rsyslog.d/1*.conf', '--watch', '/etc/rsyslog.conf'];
    expect((await init([at(first), ...args], knowing(first))).code).toBe(0);
    expect(names(join(dir, 'files'))).toEqual(['etc/rsyslog.conf', 'etc/rsyslog.d/10-same.conf']);
    expect((await sshdrift(['check'], { cwd: dir, env: env() })).code).toBe(0);
  });

  test('with more than fits into one answer', async () => {
    const large = Buffer.alloc(5 * 1024 ** 2, 'x');
    await second.write({ 'rsyslog.d/80-large.conf': large });
    expect((await init([at(second)], knowing(second))).code).toBe(0);
    await second.remove('rsyslog.d/80-large.conf');
    expect(readFileSync(join(dir, 'files/rsyslog.d/80-large.conf')).equals(large)).toBe(true);
  });

  test('by an ssh configuration of whoever runs it', async () => {
    const config = `Host lab\n  HostName 127.0.0.1\n  Port ${second.port}\n  User deploy\n  IdentityFile ${second.identityFile}
  UserKnownHostsFile ${second.knownHostsFile}\n  StrictHostKeyChecking no\n`;
    writeFileSync(join(dir, 'ssh_config'), config);
    const args = ['init', 'lab', '-C', 'repo', '--ssh-config', 'ssh_config'];
    const { stdout, stderr } = await sshdrift(args, { cwd: dir });
    expect(stderr).toBe('');
    expect(stdout).toContain(`Next: cd repo && sshdrift check --ssh-config ${dir}/ssh_config\n`);
    expect(read('repo/inventory.yaml')).toContain('it is 127.0.0.1;');
    const check = ['check', '--ssh-config', '../ssh_config'];
    expect((await sshdrift(check, { cwd: join(dir, 'repo') })).stdout).toContain('✓ SYNCED lab');

    // Not even where the configuration says so is a key learnt by itself.
    writeFileSync(join(dir, 'ssh_config'), config.replace(second.knownHostsFile, join(dir, 'known_hosts')));
    const unknown = await sshdrift(['init', 'lab', '-C', 'other', '--ssh-config', 'ssh_config'], {
      cwd: dir,
    });
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('is not known')]);
    expect(readdirSync(dir).sort()).toEqual(['repo', 'ssh_config']);
  });

  test('over SFTP only', async () => {
    const sftpOnly = await startSshd({ user: 'deploy', etc: FIRST, config: ['ForceCommand internal-sftp'] });
    expect((await init([at(sftpOnly)], knowing(sftpOnly))).code).toBe(0);
    const check = await sshdrift(['check'], { cwd: dir, env: env() });
    await sftpOnly.stop();
    expect(check.stdout).toContain(`✓ SYNCED ${nameOf(sftpOnly)}`);
  });
});

describe('nothing is written', () => {
  const untouched = (): void => expect(readdirSync(dir)).toEqual([]);

  test('when a host key is not known and nobody can be asked', async () => {
    const { code, stderr } = await init([at(first), at(second)], knowing(first));
    expect(code).toBe(1);
    expect(stderr).toContain(`host key of [127.0.0.1]:${second.port} is not known`);
    expect(stderr).toContain('--accept-host-keys');
    untouched();
  });

  test('when another key is known, whatever may be accepted', async () => {
    const other = first.knownHosts.replace(/ \S+ .*/, second.knownHosts.replace(/^\S+/, '').trimEnd());
    const { code, stderr } = await init([at(first), '--accept-host-keys'], {
      ...env(),
      SSH_KNOWN_HOSTS: other,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('has changed');
    untouched();
  });

  test('when a directory cannot be listed, or there is nothing to copy', async () => {
    await second.sh('chmod 700 /etc/rsyslog.d');
    const { code, stderr } = await init([at(second)], knowing(second));
    await second.sh('chmod 755 /etc/rsyslog.d');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/cannot be listed[\s\S]*--become sudo/)]);
    const nothing = await init([at(second), '--watch', '/etc/nothing.conf'], knowing(second));
    expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining('no /etc/nothing.conf')]);
    untouched();
  });

  test('for a path outside the root, or a mistake in an option', async () => {
    const outside = await init([at(first), '--watch', '/opt/x.conf']);
    expect(outside.stderr).toMatch(/not below \/etc, .*\n.*hint: .*`--watch PATTERN`.*`--root DIR`/);
    expect((await init([at(first), '--watch', 'relative'])).stderr).toContain('absolute path');
    expect((await init(['a b'])).stderr).toContain('[user@]host[:port]');
    expect((await init(['..'])).stderr).toContain('is no server');
    untouched();
  });
});

describe('what is there already', () => {
  const there = (): void => {
    mkdirSync(join(dir, 'files/rsyslog.d'), { recursive: true });
    writeFileSync(join(dir, 'inventory.yaml'), 'mine');
    writeFileSync(join(dir, 'files/rsyslog.conf'), 'mine');
    writeFileSync(join(dir, 'files/rsyslog.d/99-mine.conf'), 'mine');
  };

  test('is named and kept without a terminal', async () => {
    there();
    const { code, stderr } = await init([at(second)], knowing(second));
    expect(code).toBe(1);
    expect(stderr).toMatch(/files\/rsyslog\.conf\ninventory\.yaml\n[\s\S]*--force/);
    expect(read('inventory.yaml')).toBe('mine');
    expect(names()).toHaveLength(3);
  });

  test('--force replaces just that, and says what is left over', async () => {
    there();
    const { code, stderr } = await init([at(second), '--force'], knowing(second));
    expect(code).toBe(0);
    expect(read('files/rsyslog.conf')).toBe('main\r\nwith CRLF\r\n');
    expect(read('files/rsyslog.d/99-mine.conf')).toBe('mine');
    expect(stderr).toContain('files/rsyslog.d/99-mine.conf was there before');
    expect(readdirSync(dir).filter(name => name.startsWith('.'))).toEqual([]);
  });

  test('a symbolic link is not written through', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'sshdrift-init-test-'));
    dirs.push(elsewhere);
    writeFileSync(join(elsewhere, 'kept'), 'mine');
    symlinkSync(join(elsewhere, 'kept'), join(dir, 'inventory.yaml'));
    expect((await init([at(second), '--force'], knowing(second))).code).toBe(0);
    expect(readFileSync(join(elsewhere, 'kept'), 'utf8')).toBe('mine');
    rmSync(join(dir, 'files'), { recursive: true });
    symlinkSync(elsewhere, join(dir, 'files'));
    const { code, stderr } = await init([at(second), '--force'], knowing(second));
    expect([code, stderr]).toEqual([1, expect.stringContaining('files is a symbolic link')]);
    expect(readdirSync(elsewhere)).toEqual(['kept']);
  });
});

describe('on a terminal', () => {
  /** Answers in turn; what was asked is remembered. */
  const asking = async (answers: readonly (string | null)[], more: Record<string, string> = {}) => {
    const asked: string[] = [];
    const left = [...answers];
    const ask = async (question: string): Promise<string | null> => {
      asked.push(question);
      return left.shift() ?? null;
    };
    const world = worldOf({ cwd: dir, env: { ...env(), ...more }, terminal: { ask } });
    const code = await run(['init', at(first), at(second), '--ssh-config', 'none'], world);
    return { code, asked, said: world.said() };
  };

  test('host keys are asked for all at once', async () => {
    const { code, asked, said } = await asking(['y']);
    expect([code, asked]).toEqual([0, ['Trust all 2? [y/N, or e for each] ']]);
    expect(said).toContain(
      `${nameOf(first).padEnd(nameOf(second).length)}  ssh-ed25519 ${first.fingerprint}`,
    );
    expect(read('known_hosts')).toBe(`${first.knownHosts}${second.knownHosts}`);
  });

  test('or each by itself; a no is a no', async () => {
    const { code, asked, said } = await asking(['e', 'y', 'n']);
    expect([code, asked.length]).toEqual([1, 3]);
    expect(said).toContain(`host key of [127.0.0.1]:${second.port} is not known`);
    expect(readdirSync(dir)).toEqual([]);
    expect((await asking(['e', 'yes', 'Y'])).code).toBe(0);
  });

  test.each(['', 'n', 'x', null])('the answer %j trusts nobody, and nothing is read', async answer => {
    const execs = first.execs();
    expect((await asking([answer])).code).toBe(1);
    await first.idle();
    expect(first.execs()).toBe(execs);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('a known key is not asked for, and its file may be that of the repository', async () => {
    const { asked } = await asking(['y'], { SSH_KNOWN_HOSTS: first.knownHosts });
    expect(asked).toEqual(['Trust it? [y/N] ']);
    const again = await asking(['n']);
    expect(again.asked).toEqual(['Overwrite them? [y/N] ']);
    expect(again.code).toBe(1);
    writeFileSync(join(dir, 'inventory.yaml'), 'mine');
    expect((await asking([null])).code).toBe(1);
    expect(read('inventory.yaml')).toBe('mine');
    expect((await asking(['y'])).code).toBe(0);
    expect(read('inventory.yaml')).toContain('servers:');
  });

  test('a real one: the key is shown and asked for, then what would be overwritten', async () => {
    writeFileSync(join(dir, 'inventory.yaml'), 'mine');
    const terminal = onTerminal(['init', at(second)], { cwd: dir, env: env() });
    await terminal.shows('Trust it? [y/N] ');
    expect(terminal.shown()).toContain(second.fingerprint);
    terminal.type('y\r');
    await terminal.shows('Overwrite them? [y/N] ');
    terminal.type('y\r');
    expect(await terminal.ended).toBe(0);
    expect((await sshdrift(['check'], { cwd: dir, env: env() })).code).toBe(0);
  });

  test('Ctrl-C at a question ends it', async () => {
    const terminal = onTerminal(['init', at(second)], { cwd: dir, env: env() });
    await terminal.shows('Trust it? [y/N] ');
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
    expect(readdirSync(dir)).toEqual([]);
  });
});
