// A real sshd on a loopback port for a benchmark, and a repository whose copies it has: all of it below one directory.

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
export const USER = userInfo().username;

/** A port that was free a moment ago; sshd cannot choose one itself. */
const freePort = () =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Lines of a configuration. */
export const lines = settings =>
  Object.entries(settings)
    .map(([key, value]) => `${key} ${value}\n`)
    .join('');

/** Keys, files, sshd_config and inventory for a server on this port; `at(name)`: host, client, known_hosts, etc, repository. */
export function layOutSite(dir, port, more = {}) {
  const at = (...names) => join(dir, ...names);
  for (const name of ['host', 'client'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  cpSync(at('client.pub'), at('authorized'));
  const config = {
    ListenAddress: `127.0.0.1:${port}`,
    HostKey: at('host'),
    PidFile: 'none',
    AuthorizedKeysFile: at('authorized'),
    StrictModes: 'no',
    PermitRootLogin: 'yes',
    UsePAM: 'no',
    MaxStartups: '100',
    // Not the start-up files of whoever runs this.
    SetEnv: `HOME=${dir}`,
    ...more,
  };
  writeFileSync(at('sshd_config'), lines(config));
  if (process.getuid() === 0) mkdirSync('/run/sshd', { recursive: true });
  const hostKey = execFileSync('ssh-keygen', ['-y', '-f', at('host')], { encoding: 'utf8' });
  writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${hostKey}`);
  for (const place of ['repository/files', 'etc'])
    cpSync(join(ROOT, 'files'), at(place), { recursive: true });
  const inventory = {
    root: at('etc'),
    watch: [at('etc/rsyslog.conf'), at('etc/rsyslog.d/*.conf')],
    ssh: { user: USER, port, identity_file: at('client'), known_hosts: at('known_hosts') },
    servers: { server: { host: '127.0.0.1' } },
  };
  writeFileSync(at('repository/inventory.yaml'), JSON.stringify(inventory));
  return { at, inventory };
}

/** Its port, its process, and `at` of {@link layOutSite}. Kill the process in the end. */
export async function startRealSshd(dir, more = {}) {
  const port = await freePort();
  const { at } = layOutSite(dir, port, more);
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise(resolve => {
    child.stderr.on('data', chunk => chunk.includes('Server listening') && resolve());
  });
  return { port, child, at };
}
