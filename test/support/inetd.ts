// Listens on the loopback interface and gives every connection to an `sshd -i` of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { CLEAN_ENV } from './run.ts';

/** The listening side of a server. */
export interface Inetd {
  readonly port: number;
  readonly connections: () => number;
  readonly execs: () => number;
  readonly log: () => string;
  readonly idle: () => Promise<void>;
  /** Closes the port; connections go on. */
  readonly close: () => void;
  /** Ends every connection with all that it started. */
  readonly stop: () => Promise<void>;
}

/** Process ids of a process and all below it, where /proc tells. */
function family(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return [pid, ...children.flatMap(child => family(Number(child)))];
  } catch {
    return [pid];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}

/** Starts to listen; `command` is run for every connection, with the socket as its stdin and stdout. */
export async function listenForSshd([command = '', ...args]: readonly string[]): Promise<Inetd> {
  const logs: Buffer[][] = [];
  const running = new Map<number, Promise<unknown>>();
  // Nothing may be read here: the first bytes belong to sshd.
  const server = createServer({ pauseOnConnect: true }, socket => {
    const log: Buffer[] = [];
    logs.push(log);
    socket.on('error', () => {}); // a reset is sshd's to see
    const child = spawn(command, args, { env: CLEAN_ENV, cwd: '/', stdio: [socket, socket, 'pipe'] });
    socket.destroy(); // only this process's copy
    child.stderr?.on('data', (chunk: Buffer) => log.push(chunk));
    const pid = child.pid;
    if (pid === undefined) throw new Error(`cannot start ${command}`);
    running.set(
      pid,
      once(child, 'close').finally(() => running.delete(pid)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const log = (): string => logs.map(chunks => Buffer.concat(chunks).toString()).join('');
  const idle = async (): Promise<void> => void (await Promise.all(running.values()));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => logs.length,
    execs: () => log().match(/Starting session: (forced-)?command/g)?.length ?? 0,
    log,
    idle,
    close: () => void server.close(),
    stop: async () => {
      for (const pid of [...running.keys()].flatMap(family)) kill(pid);
      await idle();
    },
  };
}
