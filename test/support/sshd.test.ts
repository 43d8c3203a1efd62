import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, expect, vi } from 'vitest';
import { needs, needsOwnEtc } from './programs.ts';
import { type Outcome, outcomeOf } from './run.ts';
import { type Sshd, type SshdOptions, startSshd } from './sshd.ts';

const { test } = needs('sshd', 'ssh', 'ssh-keygen');
const { test: testOwnEtc } = needsOwnEtc('ssh');

const rigs: Sshd[] = [];
afterEach(async () => void (await Promise.all(rigs.splice(0).map(rig => rig.stop()))));

async function start(options?: SshdOptions): Promise<Sshd> {
  const rig = await startSshd(options);
  rigs.push(rig);
  return rig;
}

const ssh = (rig: Sshd, command: string): Promise<Outcome> =>
  outcomeOf(['ssh', '-F', rig.clientConfig, 'server', command]);

async function said(rig: Sshd, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await ssh(rig, command);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.toString();
}

/** Inode and change time of this machine's own files. */
const thisMachine = (): readonly unknown[] =>
  ['/etc', '/etc/passwd', '/etc/shadow', '/etc/rsyslog.conf', '/etc/rsyslog.d', '/etc/ssh'].map(path =>
    existsSync(path) ? [path, lstatSync(path, { bigint: true }).ctimeNs, lstatSync(path).ino] : [path],
  );

const mounts = (): string => readFileSync('/proc/self/mountinfo', 'utf8');

const mountNamespace = (pid: number | string): string | null => {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null;
  }
};

const processes = (): readonly string[] => readdirSync('/proc').filter(pid => /^\d+$/.test(pid));

/** Whether a process runs exactly this command. */
const runs =
  (command: string) =>
  (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `${command.replaceAll(' ', '\0')}\0`;
    } catch {
      return false;
    }
  };

testOwnEtc.each(['root', 'deploy'] as const)('%s logs in and sees an /etc of its own', async user => {
  const rig = await start({ user, etc: { 'rsyslog.conf': 'one\n', 'rsyslog.d/30-lab.conf': 'two\n' } });
  const command = 'whoami; cd /etc && cat rsyslog.conf rsyslog.d/*; ls rsyslog.d; echo "$HOME"';
  const home = user === 'root' ? '/root' : '/home/deploy';
  expect(await said(rig, command)).toBe(`${user}\none\ntwo\n30-lab.conf\n${home}\n`);
  expect(rig.root).toBe('/etc');
});

testOwnEtc('the unprivileged account can neither read nor write what it may not', async () => {
  const etc = {
    'rsyslog.conf': { type: 'file', content: 'secret', mode: 0o600 },
    'rsyslog.d': { type: 'directory', mode: 0o700 },
  } as const;
  const rig = await start({ user: 'deploy', etc });
  const { exitCode, stderr } = await ssh(rig, 'cat /etc/rsyslog.conf; ls /etc/rsyslog.d; : >/etc/new');
  expect(exitCode).toBe(1);
  expect(stderr.match(/Permission denied/g)).toHaveLength(3);
});

testOwnEtc('every kind of entry is what it says', async () => {
  const rig = await start({
    etc: [
      ['f', { type: 'fifo' }],
      ['l', { type: 'symlink', target: '/etc/hostname' }],
      ['dangling', { type: 'symlink', target: 'nowhere' }],
      ['d', { type: 'directory', mode: 0o711, owner: 'deploy' }],
      ['a', { type: 'file', content: 'a', mode: 0o640, owner: 'deploy:deploy', mtime: 1_000_000_000 }],
    ],
  });
  await rig.write({ 'a/b': 'now a directory' }).then(
    () => expect.unreachable('a file is in the way'),
    () => {},
  );
  expect(await rig.sh("cd /etc && stat -c '%n %F %a %U:%G' f l dangling d a; stat -c %Y a; readlink l")).toBe(
    `f fifo 644 root:root
l symbolic link 777 root:root
dangling symbolic link 777 root:root
d directory 711 deploy:root
a regular file 640 deploy:deploy
1000000000
/etc/hostname
`,
  );
});

test('names and contents are bytes', async () => {
  const name = Buffer.from(Array.from({ length: 255 }, (_, i) => i + 1).filter(byte => byte !== 0x2f));
  const content = Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256));
  const rig = await start();
  await rig.write([[Buffer.concat([Buffer.from('odd/'), name]), content]]);
  expect((await ssh(rig, `ls -N ${rig.path('odd')}`)).stdout).toEqual(
    Buffer.concat([name, Buffer.from('\n')]),
  );
  expect((await ssh(rig, `cat ${rig.path('odd')}/*`)).stdout).toEqual(content);
  await rig.remove(Buffer.concat([Buffer.from('odd/'), name]));
  expect(await said(rig, `ls ${rig.path('odd')}`)).toBe('');
});

testOwnEtc('a device node can be opened by its number', async () => {
  if (process.getuid?.() !== 0) return;
  const rig = await start({ etc: { zero: { type: 'device', major: 1, minor: 5 } } });
  expect(await said(rig, 'head -c 3 /etc/zero | od -An -tx1')).toBe(' 00 00 00\n');
});

test('connections and commands are counted', async () => {
  const rig = await start();
  expect([rig.connections(), rig.execs()]).toEqual([0, 0]);
  await said(rig, 'true');
  await Promise.all([said(rig, 'true'), said(rig, 'echo Starting session: command')]);
  await rig.idle();
  expect([rig.connections(), rig.execs()]).toEqual([3, 3]);
  expect(rig.log()).toContain(`Accepted publickey for ${rig.user}`);
});

testOwnEtc('two servers are two machines', async () => {
  const [a, b] = await Promise.all([
    start({ etc: { 'rsyslog.conf': 'a' } }),
    start({ etc: { 'rsyslog.conf': 'b' } }),
  ]);
  expect(a.fingerprint).not.toBe(b.fingerprint);
  await a.write({ 'rsyslog.d/new.conf': '' });
  expect(await said(a, 'cat /etc/rsyslog.conf; ls /etc/rsyslog.d')).toBe('anew.conf\n');
  await a.stop();
  expect(await said(b, 'cat /etc/rsyslog.conf; ls /etc/rsyslog.d')).toBe('b');
  expect(b.connections()).toBe(1);
});

test('the listing tells every kind of write from reading', async () => {
  const rig = await start({ etc: { 'rsyslog.conf': 'same' } });
  const before = await rig.treeListing();
  expect(before.find(line => line.startsWith(`"${rig.path('rsyslog.conf')}"`))).toMatch(
    / f 644 .*[0-9a-f]{64}$/,
  );
  await said(rig, `cat ${rig.path('rsyslog.conf')}; ls -la ${rig.root}`);
  expect(await rig.treeListing()).toEqual(before);
  for (const write of [
    'printf same >rsyslog.conf',
    'chmod 644 rsyslog.conf',
    ': >new; rm new',
    'touch -r . rsyslog.d',
  ]) {
    const listing = await rig.treeListing();
    await said(rig, `cd ${rig.root}; ${write}`);
    expect(await rig.treeListing(), write).not.toEqual(listing);
  }
});

test('a shared machine’s home directory is not the session’s', async () => {
  const rig = await start({ isolation: 'none', files: { '/root/.bashrc': 'echo own' }, tools: ['cat'] });
  const home = join(rig.root, '../root');
  expect((await ssh(rig, 'echo "$HOME"')).stdout.toString()).toMatch(new RegExp(`^(own\n)?${home}\n$`));
});

test('a session can be left with a few programs', async () => {
  const rig = await start({
    tools: ['cat', 'ls'],
    files: { '/run/tools/stat': { type: 'file', content: '#!/bin/sh\necho no such stat\n', mode: 0o755 } },
  });
  const { stdout } = await ssh(rig, 'stat; ls "$PATH"; sha256sum </dev/null || echo $?');
  expect(stdout.toString()).toBe('no such stat\ncat\nls\nstat\n127\n');
});

testOwnEtc('the login shell and sshd_config are the test’s', async () => {
  const rig = await start({
    shell: '/bin/dash',
    config: ['Banner none', 'Match User deploy', 'ForceCommand echo no'],
  });
  expect(await said(rig, 'echo "$0"')).toMatch(/dash/);
  const { stdout } = await outcomeOf(['ssh', '-F', rig.clientConfig, '-l', 'deploy', 'server', 'echo yes']);
  expect(stdout.toString()).toBe('no\n');
});

test('the host keys are the ones that known_hosts names, and the client key can be of any kind', async () => {
  const rig = await start({ hostKeys: ['ecdsa', 'ed25519'], clientKey: 'ecdsa' });
  for (const key of rig.hostKeys) {
    const algorithm = key.publicKey.split(' ')[0];
    const only = ['-o', `HostKeyAlgorithms=${algorithm}`, 'server', 'true'];
    expect(await outcomeOf(['ssh', '-F', rig.clientConfig, ...only])).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
  }
  const { stdout } = await outcomeOf(['ssh-keygen', '-lf', rig.knownHostsFile]);
  expect(stdout.toString()).toContain(rig.fingerprint);
});

test('an encrypted client key needs its passphrase', async () => {
  const rig = await start({ passphrase: 'open sesame' });
  expect((await ssh(rig, 'true')).stderr).toContain('Permission denied');
  const { stdout } = await outcomeOf(['ssh-keygen', '-y', '-P', 'open sesame', '-f', rig.identityFile]);
  expect(stdout.toString()).toContain(rig.clientKey.publicKey);
});

test.each(['default', 'none'] as const)('nothing is left after stop (isolation %s)', async isolation => {
  const before = { mounts: mounts(), machine: thisMachine() };
  const rig = await start({ etc: { 'rsyslog.conf': 'x' }, ...(isolation === 'none' ? { isolation } : {}) });
  const sleep = `sleep ${process.pid}.${rig.port}`; // like no other on this machine
  const session = ssh(rig, `echo; ${sleep}`);
  await vi.waitFor(() => expect(processes().filter(runs(sleep))).toHaveLength(1));
  // Held open, so that the kernel cannot give its number to another namespace before we have looked.
  const held = openSync(`/proc/${rig.keeper}/ns/mnt`, 'r');
  const namespace = mountNamespace(rig.keeper);
  await rig.write({ 'passwd-': 'x' });
  await rig.stop();
  await rig.stop();
  expect((await session).exitCode).not.toBe(0);
  expect(mountNamespace(rig.keeper)).toBeNull();
  if (rig.isolation !== 'none')
    expect(processes().filter(pid => mountNamespace(pid) === namespace)).toEqual([]);
  closeSync(held);
  // Without namespaces the kernel may take a moment to carry a kill out.
  await vi.waitFor(() => expect(processes().filter(runs(sleep))).toEqual([]));
  expect(existsSync(rig.identityFile)).toBe(false);
  expect({ mounts: mounts(), machine: thisMachine() }).toEqual(before);
});

testOwnEtc('nothing is left after a test process that was killed', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sshdrift-test-'));
  try {
    const script = `import { startSshd } from './sshd.ts';
      const { keeper, identityFile } = await startSshd();
      console.log(JSON.stringify({ keeper, identityFile }));
      setInterval(() => {}, 1000);`;
    await build({
      stdin: { contents: script, resolveDir: import.meta.dirname, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      define: { 'import.meta.dirname': JSON.stringify(import.meta.dirname) },
      outfile: join(dir, 'victim.mjs'),
    });
    const victim = spawn(process.execPath, [join(dir, 'victim.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(victim.stdout, 'data');
    const { keeper, identityFile } = JSON.parse(String(line));
    expect([mountNamespace(keeper) === null, existsSync(identityFile)]).toEqual([false, true]);
    victim.kill('SIGKILL');
    await vi.waitFor(() =>
      expect([mountNamespace(keeper) === null, existsSync(identityFile)]).toEqual([true, false]),
    );
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('a server that cannot be made says why', async () => {
  await expect(startSshd({ etc: { a: 'a file', 'a/b': 'in the way' } })).rejects.toThrow(/keeper ended/);
});
