// How much of an own machine a test server can have here. One small namespace is made and thrown away to find out,
// because the answer depends on privileges, sysctls, seccomp and the container alike.

import { spawnSync } from 'node:child_process';
import { CLEAN_ENV } from './run.ts';

/**
 * `root`: own mount, host name and process namespaces. `user`: the same inside a user namespace with a range of user
 * ids, for callers who are not root. `none`: neither is allowed; a server shares this machine's files.
 */
export type Isolation = 'root' | 'user' | 'none';

const NAMESPACES = ['--mount', '--uts', '--pid'];

/** The `unshare` command before the command that is to run isolated. */
export const UNSHARE: Readonly<Record<Isolation, readonly string[]>> = {
  root: ['unshare', ...NAMESPACES, '--fork', '--kill-child', '--propagation', 'private'],
  user: [
    'unshare',
    '--user',
    '--map-root-user',
    '--map-auto',
    ...NAMESPACES,
    '--fork',
    '--kill-child',
    '--propagation',
    'private',
  ],
  none: [],
};

/** The `nsenter` command that joins the namespaces of the process `pid`. */
export const nsenter = (kind: Isolation, pid: number): readonly string[] =>
  kind === 'none'
    ? []
    : [
        'nsenter',
        ...(kind === 'user' ? ['--user', '--setuid', '0', '--setgid', '0'] : []),
        ...NAMESPACES,
        ...['--target', String(pid), '--'],
      ];

function works(kind: Isolation): boolean {
  const [command = '', ...args] = UNSHARE[kind];
  const mounts = 'mount -t proc proc /proc && mount -t tmpfs tmpfs /tmp && chown 1:1 /tmp';
  return spawnSync(command, [...args, 'sh', '-c', mounts], { env: CLEAN_ENV }).status === 0;
}

let known: Isolation | undefined;

/** What this machine allows; found out once per process, in about 10 ms. */
export function isolation(): Isolation {
  known ??= process.getuid?.() === 0 && works('root') ? 'root' : works('user') ? 'user' : 'none';
  return known;
}
