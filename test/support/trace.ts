// What the sessions of a server do to its files and which programs they run, by strace below sshd. Only what the login
// shell starts counts: the rest is sshd's own business.

import { spawnSync } from 'node:child_process';
import { CLEAN_ENV } from './run.ts';
import type { Sshd } from './sshd.ts';

/** Where strace writes, one file for each process. */
export const TRACES = '/dev/shm/traces';

const CALLS = '%file,%process,ftruncate,fallocate,fchmod,fchown,fsetxattr,fremovexattr';

/** For the option `tracer` of a test server whose files hold the directory {@link TRACES}. */
export const TRACER = ['strace', '-ff', '-qq', '-s', '200', '-o', `${TRACES}/t`, '-e', `trace=${CALLS}`];

/** Whether this machine lets a process be traced. */
export const canTrace = (): boolean =>
  spawnSync('strace', ['-o', '/dev/null', 'true'], { env: CLEAN_ENV }).status === 0;

/** Of all sessions together, without repetition. */
export interface Trace {
  /** The file name of every program that was started. */
  readonly programs: ReadonlySet<string>;
  /** Calls that succeeded in changing something, or in opening it for that: `open /etc/x`, `unlink /etc/x`. */
  readonly writes: ReadonlySet<string>;
}

/** Writing there is no writing: what goes in is gone. */
const SINKS = new Set(['/dev/null', '/dev/tty']);

const CHANGES =
  /^(unlink|unlinkat|rename|renameat|renameat2|mkdir|mkdirat|rmdir|link|linkat|symlink|symlinkat|mknod|mknodat|chmod|fchmod|fchmodat|fchmodat2|chown|lchown|fchown|fchownat|truncate|ftruncate|fallocate|utime|utimes|futimesat|utimensat|setxattr|lsetxattr|fsetxattr|removexattr|lremovexattr|fremovexattr|mount|umount2|swapon|creat|acct|chroot|pivot_root)\(/;

/** Lines that a process said between two of its own: signals and the end. */
const isCall = (line: string): boolean => /^\w+\(/.test(line) && !/ = -1 E[A-Z]+ /.test(line);

function writeOf(line: string): string | null {
  const path = /"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? '';
  if (/^open(at2?)?\(/.test(line))
    return /\b(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE)\b/.test(line) && !SINKS.has(path)
      ? `open ${path}`
      : null;
  const [, call] = CHANGES.exec(line) ?? [];
  return call === undefined ? null : `${call} ${path || line}`;
}

/** The traces of the processes, by process id, each only from where it belongs to a session on. */
function sessionsIn(traces: ReadonlyMap<string, readonly string[]>, shell: string): readonly string[] {
  const lines: string[] = [];
  const take = (pid: string, from: number): void => {
    for (const line of traces.get(pid)?.slice(from) ?? []) {
      lines.push(line);
      const [, child] = /^(?:clone|clone3|fork|vfork)\(.* = (\d+)$/.exec(line) ?? [];
      if (child !== undefined) take(child, 0);
    }
  };
  const start = new RegExp(`^execve\\("${shell}", \\["[^"]+", "-c", .* = 0$`);
  for (const [pid, all] of traces) {
    const from = all.findIndex(line => start.test(line));
    if (from !== -1) take(pid, from);
  }
  return lines;
}

/** What the sessions since the last call did; the login shell is named as in the options of the server. */
export async function takeTrace(server: Sshd, shell: string): Promise<Trace> {
  await server.idle();
  const text = await server.sh(
    `cd ${TRACES} && for f in t.*; do echo "== $f"; cat "$f"; done; rm -f ${TRACES}/t.*`,
  );
  const traces = new Map<string, readonly string[]>();
  for (const part of text.split(/^== t\./m).slice(1)) {
    const [pid = '', ...lines] = part.split('\n');
    traces.set(pid, lines);
  }
  const lines = sessionsIn(traces, shell).filter(isCall);
  const programs = lines.flatMap(line => /^execve\("(?:[^"]*\/)?([^"/]+)"/.exec(line)?.[1] ?? []);
  return {
    programs: new Set(programs),
    writes: new Set(lines.flatMap(line => writeOf(line) ?? [])),
  };
}
