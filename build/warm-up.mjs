// Gives every bundle a code cache: a check of one server in sync is run, with a status posted, and what V8 compiled for it
// is kept. Functions that such a run does not need stay out, since reading a cache costs time, too.
//
// A build without a cache is a slower one and no broken one: whatever goes wrong here is a warning.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs the program and writes the caches beside its bundles. */
export async function warmUp(program) {
  const place = mkdtempSync(join(tmpdir(), 'sshdrift-build-'));
  try {
    const { startDemoSshServer } = await sshServerFrom(place);
    const [ssh, receiver] = await Promise.all([startDemoSshServer(), startReceiver()]);
    try {
      const run = await check(program, place, { ssh, receiver });
      if (run.code !== 0) throw new Error(run.stderr);
    } finally {
      // Left open, they would keep the build from ending.
      receiver.closeAllConnections();
      await Promise.all([ssh.close(), new Promise(resolve => receiver.close(resolve))]);
    }
  } catch (error) {
    console.warn(`build: no code cache, so sshdrift will start more slowly: ${error.message}`);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Takes every status, and looks at none. */
async function startReceiver() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{"stored":true}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** The SSH server of the demo. */
async function sshServerFrom(place) {
  const outfile = join(place, 'ssh-server.cjs');
  await build({
    stdin: {
      contents: `export * from './src/io/demo-ssh-server.ts';`,
      resolveDir: ROOT,
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['cpu-features', '*.node'],
    logLevel: 'warning',
    outfile,
  });
  const { default: server } = await import(outfile);
  return server;
}

function check(program, place, { ssh, receiver }) {
  const [git, etc] = [join(place, 'git'), join(place, 'etc')];
  for (const copy of [join(git, 'files'), etc]) cpSync(join(ROOT, 'files'), copy, { recursive: true });
  const inventory = {
    root: etc,
    watch: [`${etc}/rsyslog.conf`, `${etc}/rsyslog.d/*.conf`],
    servers: {
      here: { host: '127.0.0.1', host_key: ssh.fingerprint, ssh: { user: 'build', port: ssh.port } },
    },
  };
  writeFileSync(join(git, 'inventory.yaml'), JSON.stringify(inventory));
  const keep = fileURLToPath(new URL('keep-cache.cjs', import.meta.url));
  const url = `http://127.0.0.1:${receiver.address().port}`;
  const child = spawn(process.execPath, ['--require', keep, program, 'check', '--status-url', url], {
    cwd: git,
    env: { PATH: process.env.PATH, CI: 'true', SSH_PRIVATE_KEY: ssh.privateKey },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 30_000,
  });
  return new Promise((resolve, reject) => {
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', code => resolve({ code, stderr }));
  });
}
