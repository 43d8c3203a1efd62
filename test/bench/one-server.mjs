// What a check of one server in sync costs, against ssh: `node test/bench/one-server.mjs [rounds]`. See README.md here.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const ROUNDS = Number(process.argv[2] ?? 15);
const ROOT = join(import.meta.dirname, '../..');
const dir = mkdtempSync(join(tmpdir(), 'sshdrift-bench-'));
const at = (...names) => join(dir, ...names);
const user = userInfo().username;

/** A port that was free a moment ago; sshd cannot choose one itself. */
const freePort = () =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

async function startSshd(port) {
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
  };
  writeFileSync(at('sshd_config'), lines(config));
  if (process.getuid() === 0) mkdirSync('/run/sshd', { recursive: true });
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const chunk of child.stderr) if (chunk.includes('Server listening')) break;
  return child;
}

const lines = settings =>
  Object.entries(settings)
    .map(([key, value]) => `${key} ${value}\n`)
    .join('');

function writeClient(port) {
  const hostKey = execFileSync('ssh-keygen', ['-y', '-f', at('host')], { encoding: 'utf8' });
  writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${hostKey}`);
  const config = {
    HostName: '127.0.0.1',
    Port: port,
    User: user,
    IdentityFile: at('client'),
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: at('known_hosts'),
    GlobalKnownHostsFile: 'none',
    BatchMode: 'yes',
  };
  writeFileSync(at('ssh_config'), `Host server\n${lines(config)}`);
  for (const place of ['repository/files', 'etc'])
    cpSync(join(ROOT, 'files'), at(place), { recursive: true });
  const inventory = {
    root: at('etc'),
    watch: [at('etc/rsyslog.conf'), at('etc/rsyslog.d/*.conf')],
    ssh: { user, port, identity_file: at('client'), known_hosts: at('known_hosts') },
    servers: { server: { host: '127.0.0.1' } },
  };
  writeFileSync(at('repository/inventory.yaml'), JSON.stringify(inventory));
}

const env = { PATH: process.env.PATH, HOME: dir, CI: 'true' };
const sums = `sha256sum ${at('etc/rsyslog.conf')} ${at('etc/rsyslog.d')}/*.conf`;
const ssh = (...options) => ['ssh', ['-F', at('ssh_config'), ...options, 'server', sums]];
const COMMANDS = {
  'ssh, tuned': ssh('-o', 'KexAlgorithms=curve25519-sha256', '-o', 'UpdateHostKeys=no'),
  'ssh, as it comes': ssh(),
  'empty node': [process.execPath, ['-e', '0']],
  'sshdrift --version': [process.execPath, [join(ROOT, 'dist/main.js'), '--version']],
  'sshdrift check': [process.execPath, [join(ROOT, 'dist/main.js'), 'check']],
};

/** Wall time in milliseconds. */
function time([program, args]) {
  const start = performance.now();
  const { status, stderr } = spawnSync(program, args, { cwd: at('repository'), env });
  if (status !== 0) throw new Error(`${program} exited with ${status}: ${stderr}`);
  return performance.now() - start;
}

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

let sshd;
try {
  const port = await freePort();
  sshd = await startSshd(port);
  writeClient(port);
  const names = Object.keys(COMMANDS);
  const times = Object.fromEntries(names.map(name => [name, []]));
  for (const name of names) time(COMMANDS[name]);
  // By turns, and every other round backwards: a change of the machine's speed meets them all.
  for (let round = 0; round < ROUNDS; round += 1)
    for (const name of round % 2 ? [...names].reverse() : names) times[name].push(time(COMMANDS[name]));
  for (const name of names) {
    const ratio = median(times[name].map((ms, round) => ms / times[names[0]][round]));
    console.log(`${name.padEnd(20)} ratio ${ratio.toFixed(2)}  median ${median(times[name]).toFixed(0)} ms`);
  }
} finally {
  sshd?.kill();
  rmSync(dir, { recursive: true, force: true });
}
