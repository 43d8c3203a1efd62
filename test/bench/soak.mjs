// `sshdrift watch` and `sshdrift serve` for thousands of rounds under random faults: what they hold must not grow, neither
// what the system counts nor what lives on their heaps. Three servers (straight, through a jump host, through a proxy
// command) are one real sshd; all that is between it, the watch and the status server goes through relays that break it.
// SIGINT ends it early, with the table.
//
//   npm run build && node test/bench/soak.mjs [ROUNDS] [SEED]

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { layOutSite } from './real-sshd.mjs';
import { makeFaults, scheduleFaults, seeded } from './soak-faults.mjs';
import { inspectorOf, lookAtHeap, OBJECTS, SIZES } from './soak-heap.mjs';
import { startRelay, towards, towardsSshd } from './soak-relay.mjs';
import { KINDS, least, median, most, sample } from './soak-sample.mjs';

const ROUNDS = Number(process.argv[2] ?? 10_000);
const SEED = Number(process.argv[3] ?? Date.now() % 1_000_000);
/** Rounds before anything is broken or counted. */
const WARM_UP = 45;
/** Rounds from which on sizes say anything: V8 takes its time to compile what is used often. */
const LONG = 2000;
/** Looks at the heaps; each stops the programs for a moment. */
const LOOKS = 40;
/** By how much the last tenth may have more than the second one: RSS in MiB, the others in KiB. */
const MAY_GROW = { rss: 24, heap: 768, code: 2048, outside: 768 };
/** How many more objects there may be at the end: connections that were opened again have another past. */
const MORE = { emitters: 16, listeners: 100, signals: 8, aborts: 8, timers: 8 };
/** Connections that come and go: one for each server whose status is posted; serve has its port, and ours, too. */
const POSTS = { watch: 3, serve: 5 };

const MAIN = join(import.meta.dirname, '../../dist/main.js');
const dir = mkdtempSync(join(tmpdir(), 'sshdrift-soak-'));
const random = seeded(SEED);
console.log(`seed ${SEED}, ${ROUNDS} rounds`);

let rounds = 0;
let stopped = false;
process.once('SIGINT', () => {
  stopped = true;
});
const [ssh, http] = [await startRelay(), await startRelay()];
const { at, inventory: straight } = layOutSite(dir, ssh.port, { LogLevel: 'VERBOSE' });
ssh.lead(
  await towardsSshd(at('sshd_config'), line => {
    if (line.startsWith('Starting session')) rounds += 1;
  }),
);
const host = { host: '127.0.0.1' };
const inventory = {
  ...straight,
  repo: 'soak',
  ssh: { ...straight.ssh, connect_timeout: '3s', timeout: '3s' },
  servers: { straight: host, jumped: { ...host, ssh: { jump: 'straight' } }, proxied: {} },
};
writeFileSync(at('repository/inventory.yaml'), JSON.stringify(inventory));
writeFileSync(
  at('ssh_config'),
  `Host proxied\n  HostName 127.0.0.1\n  ProxyCommand nc 127.0.0.1 ${ssh.port}\n`,
);
const git = (...args) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.net', ...args], {
    cwd: at('repository'),
  });
git('init', '-q');
git('add', '.');
git('commit', '-qm', 'one');

function start(args) {
  const env = { PATH: process.env.PATH, HOME: dir };
  const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', MAIN, ...args], {
    cwd: at('repository'),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const one = { child, said: '', inspector: undefined, code: undefined, closed: null };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      one.said = (one.said + chunk).slice(-4000);
      one.inspector ??= inspectorOf(one.said);
    });
  one.closed = new Promise(resolve => {
    child.on('close', (code, signal) => {
      one.code = code ?? signal;
      resolve();
    });
  });
  return one;
}

/** Looks again and again until it is so. */
async function until(what, isSo, ms = 300_000) {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    for (const [name, one] of Object.entries(running))
      if (one.code !== undefined) throw new Error(`${name} ended with ${one.code}: ${one.said}`);
    if (performance.now() > end) throw new Error(`not within ${ms / 1000} s: ${what}\n${running.watch.said}`);
    await wait(20);
  }
}

const problems = [];
const samples = { watch: [], serve: [] };
const heaps = { watch: [], serve: [] };
const running = {};
try {
  mkdirSync(at('data'));
  running.serve = start(['serve', '--listen', '127.0.0.1:0', '--data', at('data')]);
  let port = 0;
  await until('serve listens', () => {
    port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(running.serve.said)?.[1] ?? 0);
    return port > 0;
  });
  http.lead(towards(port));
  const url = `http://127.0.0.1:${http.port}`;
  const often = ['--interval', '1ms', '--heartbeat', '1ms', '--ssh-config', at('ssh_config')];
  running.watch = start(['watch', ...often, '--status-url', url]);

  const names = new Map([
    [ssh.port, 'ssh'],
    [http.port, 'http'],
    [port, 'http'],
  ]);
  const take = () =>
    Object.fromEntries(Object.entries(running).map(([name, { child }]) => [name, sample(child.pid, names)]));
  const keep = () => {
    for (const [name, taken] of Object.entries(take())) samples[name].push(taken);
  };
  /** All three in sync, by checks that began later than now. */
  const inSync = async () => {
    const from = Math.ceil(Date.now() / 1000) * 1000;
    await until('all in sync and posted', async () => {
      const { statuses } = await (await fetch(`http://127.0.0.1:${port}/status.json`)).json();
      return (
        statuses.length === 3 &&
        statuses.every(one => one.sync_status === 'SYNCED' && Date.parse(one.last_check) >= from)
      );
    });
  };

  await inSync();
  await until('warm', () => rounds >= WARM_UP);
  const look = async () => {
    const all = Object.entries(running).map(async ([name, one]) => [name, await lookAtHeap(one.inspector)]);
    return Object.fromEntries(await Promise.all(all));
  };
  const calm = { watch: [], serve: [] };
  for (let i = 0; i < 15; i++) {
    for (const [name, taken] of Object.entries(take())) calm[name].push(taken);
    await wait(20);
  }
  const calmHeaps = { watch: [], serve: [] };
  for (let i = 0; i < 3; i++)
    for (const [name, taken] of Object.entries(await look())) calmHeaps[name].push(taken);
  const faults = scheduleFaults(makeFaults({ ssh, http, at, inventory, random }), random);
  const startedAt = performance.now();
  const from = rounds;
  const every = Math.max(5, Math.floor(ROUNDS / 400));
  let [next, nextLook] = [from, from];
  while (rounds - from < ROUNDS && !stopped) {
    const before = rounds;
    await until('the next round', () => rounds > before || stopped);
    faults.at(rounds);
    if (rounds < next) continue;
    next = rounds + every;
    keep();
    if (ROUNDS < LONG || rounds < nextLook) continue;
    nextLook = rounds + Math.floor(ROUNDS / LOOKS);
    for (const [name, taken] of Object.entries(await look())) heaps[name].push(taken);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const done = rounds - from;
  faults.repair();
  // What stalls stays so: to give up is the client's part.
  await inSync();

  console.log(
    `${done} rounds in ${seconds.toFixed(0)} s; all in sync again, and posted, after the last repair`,
  );
  const happened = [...faults.counts];
  console.log(`${happened.reduce((sum, [, count]) => sum + count, 0)} faults:`);
  for (const [name, count] of happened) {
    console.log(`  ${String(count).padStart(5)}  ${name}`);
    if (count === 0) problems.push(`never happened: ${name}`);
  }
  /** What there was when nothing was broken yet is as much as there may be when nothing is broken any more. */
  let more = [];
  const grown = async () => {
    const [now, objects] = [take(), await look()];
    more = Object.keys(running).flatMap(name => {
      const bound = kind =>
        kind in MORE
          ? most(calmHeaps[name], kind) + MORE[kind]
          : Math.max(most(calm[name], kind), kind === 'http' ? POSTS[name] : 0);
      return Object.entries({ ...now[name], ...objects[name] })
        .filter(([kind, count]) => [...KINDS.slice(1, -1), ...OBJECTS].includes(kind) && count > bound(kind))
        .map(([kind, count]) => `${name}: ${count} ${kind}, more than ${bound(kind)}`);
    });
    return more.length === 0;
  };
  await until('', grown, 60_000).catch(() => problems.push(...more));

  /** A row of the table; `by` is what of a tenth's samples counts, `may` by how much that may grow. */
  const tell = (name, kind, { before, during, now, by, may }) => {
    const tenth = Math.max(1, Math.floor(during.length / 10));
    const [first, last] = [during.slice(tenth, 2 * tenth), during.slice(-tenth)];
    const row = part =>
      part.length === 0 ? '' : `${least(part, kind).toFixed(0)} / ${median(part, kind).toFixed(0)}`;
    console.log(`| ${kind} | ${row(before)} | ${row(first)} | ${row(last)} | ${now[kind].toFixed(0)} |`);
    if (done < LONG) return;
    const [a, b] = [Math.max(by(first, kind), by(before, kind)), by(last, kind)];
    if (b > a + may && !(kind === 'http' && b <= POSTS[name]))
      problems.push(`${name}: ${kind} grew: ${a.toFixed(0)} to ${b.toFixed(0)}`);
  };
  const [now, nowHeaps] = [take(), await look()];
  for (const name of Object.keys(running)) {
    console.log(
      `\n${name}: least and median of the second tenth, of the last; RSS in MiB, the heap in KiB\n| | before faults | second tenth | last tenth | now |\n|---|---|---|---|---|`,
    );
    for (const kind of [...KINDS, 'rss']) {
      const [by, may] = kind === 'rss' ? [median, MAY_GROW.rss] : [least, 0];
      tell(name, kind, { before: calm[name], during: samples[name], now: now[name], by, may });
    }
    for (const kind of [...SIZES, ...OBJECTS]) {
      const may = MAY_GROW[kind] ?? MORE[kind];
      const about = { before: calmHeaps[name], during: heaps[name], now: nowHeaps[name], by: least, may };
      tell(name, kind, about);
    }
  }
  for (const name of ['watch', 'serve']) {
    const one = running[name];
    delete running[name];
    const since = performance.now();
    one.child.kill('SIGTERM');
    await one.closed;
    console.log(`${name}: exit code ${one.code} ${(performance.now() - since).toFixed(0)} ms after SIGTERM`);
    if (one.code !== 143) problems.push(`${name} ended with ${one.code}: ${one.said}`);
  }
} catch (error) {
  problems.push(error.message);
} finally {
  for (const { child } of Object.values(running)) child.kill('SIGKILL');
  ssh.stop();
  http.stop();
  rmSync(dir, { recursive: true, force: true });
}
for (const problem of problems) console.log(`PROBLEM: ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);
