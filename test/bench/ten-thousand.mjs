// A fleet of which some are dead: `sshdrift check` over real sshds (FEW), and the engine over made-up servers (MANY). 1 %
// never answer a connect, 1 % fall silent after it, 2 % have drifted; all limits are the defaults.
//
//   npm run build && node test/bench/ten-thousand.mjs [FEW] [MANY…]        # 1,000 and 100 1,000 10,000
//
// Each real server is an address of this machine's loopback network, sixteen of them one sshd. Who is dead is a listener
// whose queue is full, so that the kernel drops what comes. A made-up server costs as much of our processor time as a
// handshake does, and takes 30 ms.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { startService, startSshds } from './sshds.mjs';

const ROOT = join(import.meta.dirname, '../..');
const [few = 1000, ...many] = process.argv.slice(2).map(Number);
const PORT = 20_000 + (process.pid % 10_000);
const dir = mkdtempSync(join(tmpdir(), 'sshdrift-bench-'));
const at = (...names) => join(dir, ...names);
const children = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const fate = i => ({ 7: 'dead', 57: 'silent', 30: 'drifted', 80: 'drifted' })[i % 100] ?? 'in sync';
const address = i => `127.77.${i >> 8}.${i & 255}`;

/** Listens on addresses and accepts nothing; `accept` takes connections and never says a word. */
const LISTENER = `
  const { createServer } = require('node:net');
  const [port, how, ...addresses] = process.argv.slice(1);
  let left = addresses.length;
  for (const host of addresses)
    createServer(socket => socket.on('error', () => {})).listen({ port, host, backlog: how === 'accept' ? 511 : 1 }, () => {
      if (--left === 0) console.log('ready');
    });`;

async function listenOn(how, addresses) {
  if (addresses.length === 0) return;
  const child = spawn(process.execPath, ['-e', LISTENER, String(PORT), how, ...addresses], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  if (how === 'accept') return;
  child.kill('SIGSTOP');
  // Two fit into the queue.
  for (const host of addresses)
    for (let i = 0; i < 4; i++)
      connect(PORT, host)
        .on('error', () => {})
        .unref();
}

/** `sshdrift check` of a fleet, and what it took. */
async function checkReal(servers) {
  const all = Array.from({ length: servers }, (_, i) => i);
  const of = kind => all.filter(i => kind.includes(fate(i))).map(address);
  children.push(...(await startSshds(dir, PORT, of(['in sync', 'drifted']))));
  await listenOn('drop', of(['dead']));
  await listenOn('accept', of(['silent']));
  for (const place of ['repository/files', 'in-sync', 'drifted'])
    cpSync(join(ROOT, 'files'), at(place), { recursive: true });
  writeFileSync(at('drifted/rsyslog.conf'), 'by hand\n');
  const root = i => at(fate(i) === 'drifted' ? 'drifted' : 'in-sync');
  const watch = i => [join(root(i), 'rsyslog.conf'), join(root(i), 'rsyslog.d/*.conf')];
  const hostKey = readFileSync(at('host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(at('known_hosts'), all.map(i => `[${address(i)}]:${PORT} ${hostKey}\n`).join(''));
  const ssh = {
    user: userInfo().username,
    port: PORT,
    identity_file: at('client'),
    known_hosts: at('known_hosts'),
  };
  const service = await startService(dir);
  children.push(service.child);
  const entry = i => [`s${i}`, { host: address(i), root: root(i), watch: watch(i) }];
  writeFileSync(
    at('repository/inventory.yaml'),
    JSON.stringify({ ssh, service: service.name, servers: Object.fromEntries(all.map(entry)) }),
  );
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [join(ROOT, 'dist/main.js'), 'check', '--diff', '-o', 'json=report.json', '--no-progress'],
    { cwd: at('repository'), env: { PATH: process.env.PATH, HOME: dir, CI: 'true' }, stdio: 'ignore' },
  );
  let peak = 0;
  const watchMemory = setInterval(() => {
    try {
      peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? peak);
    } catch {
      // It has ended.
    }
  }, 100);
  await once(child, 'exit');
  clearInterval(watchMemory);
  const seconds = (performance.now() - began) / 1000;
  const report = JSON.parse(readFileSync(at('repository/report.json'), 'utf8'));
  const codes = {};
  for (const { failure } of report.servers)
    codes[failure?.code ?? 'compared'] = (codes[failure?.code ?? 'compared'] ?? 0) + 1;
  const answered = report.servers.filter(server => server.failure === null);
  const end = Math.max(...answered.map(server => Date.parse(server.last_check)));
  console.log(
    `${servers} real: ${seconds.toFixed(1)} s in all, the last that answers after ${(end - Date.parse(report.started_at)) / 1000} s,`,
    `peak ${(peak / 1024).toFixed(0)} MiB, ${report.counts.out_of_sync} drifted,`,
    JSON.stringify(codes),
  );
}

async function checkMade(servers, engine) {
  const { checkFleet, withoutContents, madeFleet, atOnce } = engine;
  const { fleet, ports } = madeFleet(servers, i => fate(i) === 'drifted');
  const after = (ms, value) => new Promise(resolve => setTimeout(() => resolve(value()), ms));
  const began = performance.now();
  let lastAnswer = 0;
  let [working, most] = [0, 0];
  const end = (signal, ms, failure) =>
    new Promise(resolve => {
      const timer = setTimeout(() => resolve(failure), ms);
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    });
  const slow = {
    ...ports,
    connect: async (destination, signal) => {
      const { host } = destination;
      const kind = fate(Number(host.slice(1)));
      if (kind === 'dead')
        return end(signal, 10_000, { code: 'ssh/connect-timeout', host, port: 22, afterMs: 10_000 });
      if (kind === 'silent')
        return end(signal, 30_000, { code: 'ssh/timeout', host, phase: 'handshake', afterMs: 30_000 });
      most = Math.max(most, ++working);
      await after(30, () => undefined);
      for (const until = performance.now() + HANDSHAKE_MS; performance.now() < until; );
      working -= 1;
      lastAnswer = performance.now() - began;
      return ports.connect(destination, signal);
    },
  };
  const report = await checkFleet(fleet, slow, {
    atOnce: atOnce({}),
    timeoutMs: 90_000,
    signal: new AbortController().signal,
    follower: { tried: () => {}, checked: async server => withoutContents(server) },
  });
  const seconds = (performance.now() - began) / 1000;
  const failed = report.servers.filter(server => server.failure?.code === 'run/timeout').length;
  console.log(
    `${servers} made up: ${seconds.toFixed(1)} s in all, the last that answers after ${(lastAnswer / 1000).toFixed(1)} s,`,
    `peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB, at most ${most} handshakes at once, ${failed} cut off`,
  );
}

/** Processor time of ours that a real server costs, as `fleet` says it. */
const HANDSHAKE_MS = 5;

const outfile = at('engine.mjs');
await build({
  stdin: {
    contents: `
      export { checkFleet } from './src/engine/check-fleet.ts';
      export { withoutContents } from './src/domain/without-contents.ts';
      export { atOnce } from './src/cli/check-options.ts';
      export { madeFleet } from './test/support/made-fleet.ts';`,
    resolveDir: ROOT,
  },
  ...{
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
    external: ['ssh2', 'undici', 'commander'],
  },
});
cpSync(join(ROOT, 'node_modules/commander'), at('node_modules/commander'), { recursive: true });
if (few > 0) await checkReal(few);
const engine = await import(pathToFileURL(outfile).href);
for (const servers of many.length > 0 ? many : [100, 1000, 10_000]) await checkMade(servers, engine);
process.exit();
