// Kills `sshdrift serve` with SIGKILL at random moments while clients post, and looks after each restart whether every
// status that was answered with 200 is there. Prints how many were; exits 1 if one was lost.
//
//   node test/bench/kills.mjs [KILLS]

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const KILLS = Number(process.argv[2] ?? 1000);
const CLIENTS = 8;
/** Servers that are posted again and again; with so many files that the log is often rewritten. */
const HOT = 16;
const FILES = Array.from({ length: 150 }, (_, i) => ({ name: `rsyslog.d/${i}-a-file-of-that-name.conf` }));

const main = join(import.meta.dirname, '../../dist/main.js');
const data = mkdtempSync(join(tmpdir(), 'sshdrift-kills-'));

function start() {
  const child = spawn(process.execPath, [main, 'serve', '--listen', '127.0.0.1:0', '--data', data], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  let said = '';
  const url = new Promise((resolve, reject) => {
    child.stderr.on('data', chunk => {
      said += chunk;
      const found = /http:\/\/[\d.:]+/.exec(said);
      if (found) resolve(found[0]);
    });
    child.on('exit', () => reject(new Error(`serve ended: ${said}`)));
  });
  url.catch(() => {}); // it may be killed before it listens
  const exited = new Promise(resolve => child.on('exit', resolve));
  return { child, url, exited };
}

/** Status and body of an answer; null without a whole one. */
function ask(agent, url, body) {
  return new Promise(resolve => {
    const options = { agent, method: body ? 'POST' : 'GET', headers: { 'content-type': 'application/json' } };
    const asked = request(url, options, response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }),
      );
      response.on('error', () => resolve(null));
    });
    asked.on('error', () => resolve(null));
    asked.end(body);
  });
}

const start0 = Date.parse('2026-01-01T00:00:00Z');
let tick = 0;
/** Every status is a second younger than the one before it. */
const statusOf = server => {
  tick += 1;
  const time = `${new Date(start0 + tick * 1000).toISOString().slice(0, 19)}Z`;
  const files = server.startsWith('hot') ? FILES : [];
  const sync_status = files.length > 0 ? 'OUT_OF_SYNC' : 'SYNCED';
  return { repo: 'r', server, sync_status, drift_count: files.length, files, last_check: time };
};

/** Newest acknowledged last_check of each server. */
const acknowledged = new Map();
let posts = 0;
let unanswered = 0;

/** Waits until so many statuses have been acknowledged in all: a moment that comes on a busy machine, too. */
const waiting = [];
const acknowledgedIn = count => new Promise(resolve => void waiting.push({ count, resolve }));
function acknowledge(server, time) {
  posts += 1;
  acknowledged.set(server, time);
  for (const { count, resolve } of waiting) if (posts >= count) resolve();
}

async function client(number, url, over) {
  const agent = new Agent({ keepAlive: true });
  while (!over.aborted) {
    const hot = Math.random() < 0.5;
    // A server belongs to one client, so that its statuses arrive in order.
    const server = hot
      ? `hot-${number}-${Math.floor(Math.random() * (HOT / CLIENTS))}`
      : `once-${tick}-${number}`;
    const status = statusOf(server);
    const answer = await ask(agent, `${url}/api/status`, JSON.stringify(status));
    if (answer === null) unanswered += 1;
    else if (answer.status !== 200 || !JSON.parse(answer.body).stored)
      throw new Error(`refused: ${answer.status} ${answer.body}`);
    else acknowledge(server, status.last_check);
  }
  agent.destroy();
}

async function missing(url) {
  const agent = new Agent();
  const { body } = await ask(agent, `${url}/api/status`);
  const known = new Map(JSON.parse(body).map(record => [record.server, record.last_check]));
  return [...acknowledged].filter(([server, time]) => !(known.get(server) >= time));
}

let lost = 0;
let server = start();
for (let kill = 1; kill <= KILLS; kill += 1) {
  const url = await server.url;
  const over = new AbortController();
  const clients = Array.from({ length: CLIENTS }, (_, i) => client(i, url, over.signal));
  // Any client's failure ends the wait, too.
  await Promise.race([acknowledgedIn(posts + 1 + Math.floor(Math.random() * 30)), Promise.all(clients)]);
  await wait(Math.random() * 10);
  over.abort();
  server.child.kill('SIGKILL');
  await server.exited;
  await Promise.all(clients);
  server = start();
  // Now and then before it listens, too.
  if (kill % 10 === 0) {
    await wait(Math.random() * 400);
    server.child.kill('SIGKILL');
    await server.exited;
    server = start();
  }
  const gone = await missing(await server.url);
  lost += gone.length;
  for (const [name, time] of gone) console.log(`LOST after kill ${kill}: ${name} ${time}`);
  if (kill % 100 === 0) console.error(`${kill} kills, ${posts} acknowledged`);
}
server.child.kill('SIGKILL');
await server.exited;
rmSync(data, { recursive: true });
console.log(
  `${KILLS} kills: ${posts} acknowledged statuses verified, ${lost} lost, ${unanswered} cut off unanswered`,
);
process.exit(lost === 0 ? 0 : 1);
