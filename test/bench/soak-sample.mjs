// What a process holds, seen from outside through /proc, and whether that grew.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { family } from './soak-relay.mjs';

/** Ports by the inode of their socket: `[local, remote]`. */
function ports(pid) {
  const lines = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').slice(1);
  const port = address => Number.parseInt(address.split(':')[1], 16);
  return new Map(
    lines.filter(Boolean).map(line => {
      const words = line.trim().split(/\s+/);
      return [words[9], [port(words[1]), port(words[2])]];
    }),
  );
}

/** Counts by kind. `names` is a map of port numbers to what is said for a TCP connection from or to them. */
export function sample(pid, names) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = name => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  const tcp = ports(pid);
  const counts = {
    fds: 0,
    ssh: 0,
    http: 0,
    sockets: 0,
    pipes: 0,
    files: 0,
    events: 0,
    children: 0,
    threads: 0,
  };
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    let link;
    try {
      link = readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      continue; // closed meanwhile
    }
    const [kind, rest = ''] = link.split(':');
    const inode = rest.slice(1, -1);
    const end = tcp
      .get(inode)
      ?.map(port => names.get(port))
      .find(Boolean);
    const what = end ?? { socket: 'sockets', pipe: 'pipes', anon_inode: 'events' }[kind] ?? 'files';
    counts[what] += 1;
    counts.fds += 1;
  }
  counts.children = family(pid).length - 1;
  counts.threads = number('Threads');
  return { ...counts, rss: number('VmRSS') / 1024 };
}

export const KINDS = ['fds', 'ssh', 'http', 'sockets', 'pipes', 'files', 'events', 'children', 'threads'];

const sorted = (samples, kind) => samples.map(one => one[kind]).sort((a, b) => a - b);
export const median = (samples, kind) => sorted(samples, kind)[samples.length >> 1];
export const least = (samples, kind) => sorted(samples, kind)[0];
export const most = (samples, kind) => sorted(samples, kind).at(-1);
