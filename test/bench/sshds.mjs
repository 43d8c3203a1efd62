// Real sshds on addresses of the loopback network, sixteen addresses each, for measurements. Keys `client` and `host` are
// made in the directory; everything in it is for this user.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Resolves with the processes once all of them listen. */
export async function startSshds(dir, port, addresses) {
  const at = name => join(dir, name);
  for (const name of ['host', 'client'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  if (process.getuid() === 0) mkdirSync('/run/sshd', { recursive: true });
  const started = [];
  for (let from = 0; from < addresses.length; from += 16) {
    const config = at(`sshd_config-${from}`);
    const lines = [
      ...addresses.slice(from, from + 16).map(host => `ListenAddress ${host}:${port}`),
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('client.pub')}`,
      // Or each login would read this user's start-up files, whatever they do.
      `SetEnv HOME=${dir}`,
      'PidFile none\nStrictModes no\nPermitRootLogin yes\nUsePAM no\nMaxStartups 1000\n',
    ];
    writeFileSync(config, lines.join('\n'));
    const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    started.push(child);
    for await (const chunk of child.stderr) if (chunk.includes('Server listening')) break;
  }
  return started;
}

/**
 * A service that its pid file names, as a distribution's init leaves it. Without one, each of these servers would look
 * through the processes of all, since they are one machine. Only root can write the file, which goes when we end.
 */
export async function startService(dir) {
  const name = `b${process.pid}d`;
  cpSync('/bin/sleep', join(dir, name));
  const child = spawn(join(dir, name), ['3600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  if (process.getuid() === 0) {
    writeFileSync(`/run/${name}.pid`, `${child.pid}\n`);
    process.on('exit', () => rmSync(`/run/${name}.pid`, { force: true }));
  }
  return { name, child };
}
