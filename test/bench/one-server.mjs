// What a check of one server in sync costs, against ssh: `node test/bench/one-server.mjs [rounds]`. See README.md here.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lines, startRealSshd, USER } from './real-sshd.mjs';

const ROUNDS = Number(process.argv[2] ?? 15);
const ROOT = join(import.meta.dirname, '../..');
const dir = mkdtempSync(join(tmpdir(), 'sshdrift-bench-'));
const at = (...names) => join(dir, ...names);

function writeClient(port) {
  const config = {
    HostName: '127.0.0.1',
    Port: port,
    User: USER,
    IdentityFile: at('client'),
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: at('known_hosts'),
    GlobalKnownHostsFile: 'none',
    BatchMode: 'yes',
  };
  writeFileSync(at('ssh_config'), `Host server\n${lines(config)}`);
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
  const server = await startRealSshd(dir);
  sshd = server.child;
  writeClient(server.port);
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
