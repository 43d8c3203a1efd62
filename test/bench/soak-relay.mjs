// A relay whose connections can be cut, stalled, delayed and spoiled while they run. Behind it is an HTTP server, or an
// `sshd -i` for each connection, whose processes can be killed and stopped.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** Process ids of a process and all below it. */
export function family(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return [pid, ...children.flatMap(child => family(Number(child)))];
  } catch {
    return [pid];
  }
}

export function signal(pids, name) {
  for (const pid of pids)
    try {
      process.kill(pid, name);
    } catch {
      // gone already
    }
}

/** Ends a connection by RST alone; see fault-tcp.ts. */
function reset(socket) {
  Object.assign(socket, { resetAndClosing: true });
  socket.destroy();
}

/** What is behind a connection to an HTTP server. */
export const towards = port => () => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  return { input: socket, output: socket, pids: () => [], end: () => socket.destroy() };
};

/** What is behind a connection to SSH: an sshd of its own, as inetd starts it. `said` takes the lines of its log. */
export async function towardsSshd(config, said) {
  const pids = new Map();
  // Nothing may be read here: the first bytes belong to sshd.
  const inetd = createServer({ pauseOnConnect: true }, socket => {
    socket.on('error', () => {});
    const args = ['-i', '-e', '-f', config];
    const child = spawn('/usr/sbin/sshd', args, { stdio: [socket, socket, 'pipe'] });
    pids.set(socket.remotePort, child.pid);
    socket.destroy(); // only this process's copy
    let rest = '';
    child.stderr.on('data', chunk => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) said(line);
    });
  });
  inetd.listen(0, '127.0.0.1').unref();
  await once(inetd, 'listening');
  const { port } = inetd.address();
  return () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let local = 0;
    socket.once('connect', () => {
      local = socket.localPort;
    });
    const processes = () => (pids.has(local) ? family(pids.get(local)) : []);
    return {
      input: socket,
      output: socket,
      pids: processes,
      end: () => {
        signal(processes(), 'SIGKILL');
        socket.destroy();
      },
    };
  };
}

/** Listens on a free port; `open` makes what is behind each connection and is chosen by `lead` before the first one. */
export async function startRelay() {
  const links = new Set();
  let open = null;
  let refused = 0;
  let down = false;
  const server = createServer({ noDelay: true }, client => {
    client.on('error', () => {});
    if (down) {
      refused += 1;
      reset(client);
      return;
    }
    const behind = open();
    const link = { client, behind, held: null, left: Number.POSITIVE_INFINITY, garbled: false, stuck: false };
    links.add(link);
    const pass = (to, chunk) => {
      if (link.held) link.held.push([to, chunk]);
      else if (!to.destroyed) to.write(chunk);
    };
    behind.input.on('error', () => {});
    client.on('data', chunk => pass(behind.input, chunk));
    behind.output.on('data', chunk => {
      const part = chunk.length > link.left ? chunk.subarray(0, link.left) : chunk;
      link.left -= part.length;
      if (link.garbled) part[part.length >> 1] ^= 0x55;
      link.garbled = false;
      pass(client, part);
      if (link.left <= 0) client.end();
    });
    behind.output.on('end', () => link.held || client.end());
    client.on('close', () => {
      links.delete(link);
      behind.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    /** Without those that stall: nothing but the client's giving up may end them. */
    links: () => [...links].filter(({ stuck }) => !stuck),
    lead: next => {
      open = next;
    },
    /** As long as it is down, every connection is reset, those that stand at once. */
    setDown: next => {
      down = next;
      if (down) for (const { client, stuck } of links) if (!stuck) reset(client);
    },
    refused: () => refused,
    stop: () => {
      server.close();
      for (const { client } of links) client.destroy();
    },
  };
}

/** What can happen to one connection: `[name, act(link, random)]`. */
export const CUTS = {
  fin: link => link.client.end(),
  rst: link => reset(link.client),
  'cut within an answer': (link, random) => {
    link.left = 1 + Math.floor(random() * 600);
  },
  pause: (link, random) => {
    link.held ??= [];
    setTimeout(() => {
      const held = link.held ?? [];
      link.held = null;
      for (const [to, chunk] of held) if (!to.destroyed) to.write(chunk);
    }, 200 * random());
  },
};

/** Only for SSH. A stall lasts until the client gives up. */
export const SSH_CUTS = {
  ...CUTS,
  stall: link => {
    link.stuck = true;
    link.held ??= [];
  },
  'spoiled byte': link => {
    link.garbled = true;
  },
  'session killed': link => signal(link.behind.pids().slice(1), 'SIGKILL'),
  'sshd killed': link => signal(link.behind.pids(), 'SIGKILL'),
  'sshd stopped': link => {
    link.stuck = true;
    signal(link.behind.pids(), 'SIGSTOP');
  },
};

export const HTTP_CUTS = {
  ...CUTS,
  'stall, then rst': (link, random) => {
    link.held ??= [];
    setTimeout(() => reset(link.client), 500 * random());
  },
};
