// What a check of many servers in sync costs, against `xargs -P16 ssh`, which runs one `sha256sum` over the same files:
//
//   npm run build && node test/bench/against-ssh.mjs [SERVERS] [ROUNDS]        # 100 and 5
//
// Real sshds on loopback addresses, made for the run; by turns, each round's numbers divided by those of ssh in the same
// round. Client and servers share the processors, so what carries over to other machines is processor time, not wall time.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { startService, startSshds } from './sshds.mjs';

const [servers = 100, rounds = 5] = process.argv.slice(2).map(Number);
const ROOT = join(import.meta.dirname, '../..');
const PORT = 20_000 + (process.pid % 10_000);
const dir = mkdtempSync(join(tmpdir(), 'sshdrift-bench-'));
const at = (...names) => join(dir, ...names);
const user = userInfo().username;
const addresses = Array.from({ length: servers }, (_, i) => `127.78.${i >> 8}.${i & 255}`);

const lines = settings => Object.entries(settings).map(([key, value]) => `${key} ${value}`);

function writeClient(service) {
  const hostKey = readFileSync(at('host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(at('known_hosts'), addresses.map(host => `[${host}]:${PORT} ${hostKey}\n`).join(''));
  const config = {
    Port: PORT,
    User: user,
    IdentityFile: at('client'),
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: at('known_hosts'),
    GlobalKnownHostsFile: 'none',
    BatchMode: 'yes',
    KexAlgorithms: 'curve25519-sha256',
    UpdateHostKeys: 'no',
  };
  writeFileSync(at('ssh_config'), `${lines(config).join('\n')}\n`);
  for (const place of ['repository/files', 'etc'])
    cpSync(join(ROOT, 'files'), at(place), { recursive: true });
  const inventory = {
    service,
    root: at('etc'),
    watch: [at('etc/rsyslog.conf'), at('etc/rsyslog.d/*.conf')],
    ssh: { user, port: PORT, identity_file: at('client'), known_hosts: at('known_hosts') },
    servers: Object.fromEntries(addresses.map(host => [host, { host }])),
  };
  writeFileSync(at('repository/inventory.yaml'), JSON.stringify(inventory));
}

const sums = `sha256sum ${at('etc/rsyslog.conf')} ${at('etc/rsyslog.d')}/*.conf`;
const COMMANDS = {
  ssh: `printf '%s\\n' ${addresses.join(' ')} | xargs -P16 -I{} ssh -F ${at('ssh_config')} {} '${sums}'`,
  sshdrift: `${process.execPath} --require ${at('peak.cjs')} ${join(ROOT, 'dist/main.js')} check --no-progress`,
};

/** Loaded before the program, to write down what it needed at most: bytes of memory that were its own at one time (RSS). */
const peak = `process.on('exit', () =>
  require('node:fs').writeFileSync('${at('peak')}', String(process.resourceUsage().maxRSS * 1024)));`;

/** Seconds that the sshds and their finished sessions have taken; Linux counts in hundredths. */
const spentBy = sshds =>
  sshds
    .flatMap(({ pid }) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 15))
    .reduce((sum, ticks) => sum + Number(ticks) / 100, 0);

/** Wall, client and servers: seconds each. Memory: MiB, of sshdrift. */
function measure(command, sshds) {
  const before = spentBy(sshds);
  const began = performance.now();
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', `${command} >/dev/null; code=$?; times >&2; exit $code`],
    {
      cwd: at('repository'),
      env: { PATH: process.env.PATH, HOME: dir, CI: 'true' },
      encoding: 'utf8',
    },
  );
  const wall = (performance.now() - began) / 1000;
  if (status !== 0) throw new Error(`exit ${status}: ${stderr.slice(-500)}`);
  const [, children] = stderr.trim().split('\n').slice(-2);
  const client = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + m * 60 + +s, 0);
  // The last sessions end a moment after their client has gone.
  spawnSync('sleep', ['0.5']);
  const memory = existsSync(at('peak')) ? Number(readFileSync(at('peak'), 'utf8')) / 2 ** 20 : 0;
  return { wall, client, servers: spentBy(sshds) - before, memory };
}

const median = values => [...values].sort((a, b) => a - b)[values.length >> 1];
let sshds = [];
let service = null;
try {
  sshds = await startSshds(dir, PORT, addresses);
  service = await startService(dir);
  writeClient(service.name);
  writeFileSync(at('peak.cjs'), peak);
  const names = Object.keys(COMMANDS);
  const runs = Object.fromEntries(names.map(name => [name, []]));
  for (const name of names) measure(COMMANDS[name], sshds);
  for (let round = 0; round < rounds; round += 1)
    for (const name of round % 2 ? [...names].reverse() : names)
      runs[name].push(measure(COMMANDS[name], sshds));
  for (const what of ['wall', 'client', 'servers']) {
    const of = name => runs[name].map(run => run[what]);
    const ratio = median(of('sshdrift').map((value, i) => value / of('ssh')[i]));
    const [ssh, sshdrift] = names.map(name => median(of(name)).toFixed(2));
    console.log(`${what.padEnd(8)} ssh ${ssh} s, sshdrift ${sshdrift} s, ratio ${ratio.toFixed(2)}`);
  }
  console.log(`memory   sshdrift ${median(runs.sshdrift.map(run => run.memory)).toFixed(0)} MiB`);
} finally {
  for (const child of [...sshds, ...(service ? [service.child] : [])]) child.kill();
  rmSync(dir, { recursive: true, force: true });
}
