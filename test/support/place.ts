// Where a test server lives: a keeper process holds its namespaces open, and everything in them ends with the keeper.
//
// The keeper waits for the end of its stdin, which is a pipe from this process. When this process stops it, crashes or
// is killed, the pipe closes, the keeper ends, the kernel kills every process of its process namespace and drops the
// mounts; then the shell around it removes the directory. Nothing depends on clean-up code running here.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Isolation, nsenter, UNSHARE } from './isolation.ts';
import { CLEAN_ENV, run } from './run.ts';

const OWN_ETC = join(import.meta.dirname, 'own-etc.sh');

/** Without namespaces: the files live in a directory, the accounts are this machine's. */
const SHARED_MACHINE = `
set -eu
read -r pid rest </proc/self/stat
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd # where sshd insists on it
`;

/** A place that is kept open until `close`. */
export interface Place {
  readonly isolation: Isolation;
  /** Directory of this machine for files of the client's side; removed with the place. */
  readonly dir: string;
  /** What stands before the server's absolute paths: nothing, or a directory if it shares this machine. */
  readonly prefix: string;
  /** Process id of the keeper, as this machine sees it. */
  readonly keeper: number;
  /** The command that runs another one in the place. */
  readonly enter: readonly string[];
  /** Runs a shell script in the place, as its root. */
  readonly sh: (script: string | Buffer) => Promise<Buffer>;
  /** Ends every process in the place and removes it. */
  readonly close: () => Promise<void>;
}

/** What a place is made of. */
export interface PlaceOptions {
  readonly isolation: Isolation;
  /** Login shell of the accounts. */
  readonly shell: string;
  /** The script that makes the files; it gets the place's prefix. */
  readonly script: (prefix: string) => Buffer;
}

/** Opens a place; rejects with what the shell said if anything in it fails. */
export async function openPlace({ isolation: kind, shell, script }: PlaceOptions): Promise<Place> {
  const dir = await mkdtemp(join(tmpdir(), 'sshdrift-rig-'));
  const prefix = kind === 'none' ? join(dir, 'server') : '';
  // A session of its own, so that Ctrl-C reaches the tests and not the clean-up.
  const keeper = spawn('sh', ['-c', '"$@"; rm -rf "$0"', dir, ...UNSHARE[kind], 'sh', '-s', kind, shell], {
    env: CLEAN_ENV,
    cwd: '/',
    detached: true,
  });
  const closed = once(keeper, 'close');
  let stderr = '';
  keeper.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  keeper.stdin.on('error', () => {}); // it ended early: told below
  keeper.stdin.write(kind === 'none' ? SHARED_MACHINE : readFileSync(OWN_ETC));
  keeper.stdin.write(script(prefix));
  keeper.stdin.write('\necho "$pid"; exec cat >/dev/null\n');
  const [line] = await Promise.race([once(keeper.stdout, 'data'), closed]);
  if (!Buffer.isBuffer(line)) throw new Error(`the test server's keeper ended: ${stderr}`);
  const pid = Number(line.toString());
  const enter = nsenter(kind, pid);
  return {
    isolation: kind,
    dir,
    prefix,
    keeper: pid,
    enter,
    sh: text => run([...enter, 'sh', '-s'], text),
    close: async () => {
      keeper.stdin.end();
      await closed;
    },
  };
}
