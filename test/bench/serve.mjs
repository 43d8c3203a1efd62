// 10,000 servers' statuses at 100 per second against `sshdrift serve`, while a dashboard reads /status.json once a second.
//
//   node test/bench/serve.mjs [STATUSES] [PER_SECOND]

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const STATUSES = Number(process.argv[2] ?? 10_000);
const PER_SECOND = Number(process.argv[3] ?? 100);

const main = join(import.meta.dirname, '../../dist/main.js');
const data = mkdtempSync(join(tmpdir(), 'sshdrift-serve-'));
const server = spawn(process.execPath, [main, 'serve', '--listen', '127.0.0.1:0', '--data', data], {
  stdio: ['ignore', 'ignore', 'pipe'],
  env: { PATH: process.env.PATH },
});
const url = await new Promise(resolve => {
  let said = '';
  server.stderr.on('data', chunk => {
    said += chunk;
    const found = /http:\/\/[\d.:]+/.exec(said);
    if (found) resolve(found[0]);
  });
});
const memory = name =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;

const agent = new Agent({ keepAlive: true });
const ask = (path, body) =>
  new Promise((resolve, reject) => {
    const method = body ? 'POST' : 'GET';
    const asked = request(
      `${url}${path}`,
      { agent, method, headers: { 'content-type': 'application/json' } },
      response => {
        let size = 0;
        response.on('data', chunk => {
          size += chunk.length;
        });
        response.on('end', () =>
          response.statusCode === 200 ? resolve(size) : reject(new Error(`${path}: ${response.statusCode}`)),
        );
      },
    );
    // The server may close an idle connection in the moment in which it is used again.
    asked.on('error', error => (asked.reusedSocket ? ask(path, body).then(resolve, reject) : reject(error)));
    asked.end(body);
  });

const statusOf = i => {
  const files = i % 10 === 0 ? [{ name: 'rsyslog.conf' }, { name: 'rsyslog.d/30-lab.conf' }] : [];
  return JSON.stringify({
    repo: 'rsyslog',
    server: `server-${i}.example.net`,
    sync_status: files.length > 0 ? 'OUT_OF_SYNC' : 'SYNCED',
    drift_count: files.length,
    files,
    last_check: `${new Date().toISOString().slice(0, 19)}Z`,
  });
};

// Everybody is known before the clock starts: that is how a server is most of its life.
for (let i = 0; i < 10_000; i += 50)
  await Promise.all(Array.from({ length: 50 }, (_, k) => ask('/api/status', statusOf(i + k))));
const before = memory('VmRSS');

// From the moment at which a request is due, so that one that waits for another counts its wait.
const timed = async (due, times, what) => {
  await what();
  times.push(performance.now() - due);
};
const posts = [];
const reads = [];
const under = [];
const start = performance.now();
let bytes = 0;
for (let i = 0; i < STATUSES; i += 1) {
  const due = start + (i * 1000) / PER_SECOND;
  const early = due - performance.now();
  if (early > 0) await wait(early);
  under.push(timed(due, posts, () => ask('/api/status', statusOf(i % 10_000))));
  if (i % PER_SECOND === 0)
    under.push(
      timed(due, reads, async () => {
        bytes = await ask('/status.json');
      }),
    );
}
await Promise.all(under);
const seconds = (performance.now() - start) / 1000;

const at = (times, share) => times.sort((a, b) => a - b)[Math.ceil(times.length * share) - 1].toFixed(1);
const row = (name, times) =>
  console.log(`| ${name} | ${times.length} | ${at(times, 0.5)} | ${at(times, 0.99)} | ${at(times, 1)} |`);
console.log('| | requests | p50 ms | p99 ms | longest ms |\n|---|---|---|---|---|');
row('POST /api/status', posts);
row(`GET /status.json (${(bytes / 1024 ** 2).toFixed(1)} MiB)`, reads);
const log = statSync(join(data, 'statuses.log')).size / 1024 ** 2;
console.log(
  `\n${(posts.length / seconds).toFixed(0)} posts/s; memory ${before.toFixed(0)} MiB at the start, ${memory('VmRSS').toFixed(0)} at the end, ${memory('VmHWM').toFixed(0)} at most; log ${log.toFixed(1)} MiB`,
);
agent.destroy();
server.kill('SIGKILL');
rmSync(data, { recursive: true });
process.exit(0);
