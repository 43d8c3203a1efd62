// What a round of `sshdrift watch` costs over one connection to a real sshd, and what thousands of them leave behind: the
// whole program, with an interval of a millisecond, looked at from outside through /proc.
//
//   npm run build && node test/bench/watch.mjs [ROUNDS]

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealSshd } from './real-sshd.mjs';

const ROUNDS = Number(process.argv[2] ?? 10_000);
const MAIN = join(import.meta.dirname, '../../dist/main.js');
const dir = mkdtempSync(join(tmpdir(), 'sshdrift-bench-'));

const memory = pid => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Open files of a process by kind: `socket`, `pipe`, `anon_inode`, … */
function files(pid) {
  const kinds = {};
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    const kind = readlinkSync(`/proc/${pid}/fd/${fd}`).split(':')[0];
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return JSON.stringify(kinds);
}

let sshd;
try {
  // SHLVL keeps bash from reading ~/.bashrc in each round, which is nothing of ours and may take longer than all the rest.
  const settings = { LogLevel: 'VERBOSE', ClientAliveInterval: '1', SetEnv: 'SHLVL=2' };
  const server = await startRealSshd(dir, settings);
  sshd = server.child;
  const args = ['watch', '--interval', '1ms', '--rounds', String(ROUNDS), '--ssh-config', 'none'];
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: server.at('repository'),
    env: { PATH: process.env.PATH, HOME: dir },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise(resolve => child.on('close', resolve));
  let [rounds, connections] = [0, 0];
  let last = performance.now();
  console.log('rounds  ms/round  RSS MiB  open files');
  let rest = '';
  sshd.stderr.on('data', chunk => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop();
    for (const line of parts) {
      if (line.startsWith('Accepted publickey')) connections += 1;
      if (!line.startsWith('Starting session')) continue;
      rounds += 1;
      const step = rounds <= 1000 ? 100 : 1000;
      if (rounds !== 100 && rounds !== 1000 && (rounds < 1000 || rounds % step !== 0)) continue;
      const done = rounds === 100 ? 100 : rounds === 1000 ? 900 : step;
      const ms = (performance.now() - last) / done;
      last = performance.now();
      try {
        console.log(
          [
            String(rounds).padStart(6),
            ms.toFixed(1).padStart(9),
            memory(child.pid).toFixed(1).padStart(8),
            ` ${files(child.pid)}`,
          ].join(' '),
        );
      } catch {
        // It ended with this round.
      }
    }
  });
  const code = await ended;
  console.log(`exit code ${code}; in sshd's log: ${connections} connection, ${rounds} commands`);
} finally {
  sshd?.kill();
  rmSync(dir, { recursive: true, force: true });
}
