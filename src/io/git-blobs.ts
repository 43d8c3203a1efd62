// Contents of blobs from one `git cat-file --batch`, started when the first is asked for. With `--filters` git writes the
// contents as a checkout would, but still names the size of the blob, so that a size frames nothing; therefore each
// request is followed by one for an object that cannot exist, and git's line about that one ends the answer.

import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { showPath } from '../domain/remote-path.ts';
import { UserError } from '../domain/user-error.ts';
import { fileTrouble } from './file-trouble.ts';
import { firstComplaint, GIT_OPTIONS, type GitPlace, gitEnv } from './git-command.ts';
import { startChild } from './start-child.ts';

/** Reads blobs by id; one after the other, whoever asks. */
export interface GitBlobs {
  /** The contents as a checkout would write them at `path` (one character per byte). Throws a UserError. */
  readonly read: (id: string, path: string) => Promise<Buffer>;
  /** Ends the process; safe to call twice. */
  readonly close: () => void;
}

/** More than any Git copy may have. */
const MAX_BYTES = 64 * 1024 ** 2;
const TIMEOUT_MS = 10_000;

/** `filters` applies line endings and filter drivers; without it blobs come as they are stored. */
export function createGitBlobs({ directory, env }: GitPlace, filters: boolean): GitBlobs {
  let child: ChildProcessWithoutNullStreams | Error | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let stderr = '';

  const start = (): ChildProcessWithoutNullStreams | Error => {
    const args = [...GIT_OPTIONS, 'cat-file', '--batch', ...(filters ? ['--filters'] : [])];
    const started = startChild({ program: 'git', args, options: { cwd: directory, env: gitEnv(env) } });
    if (started instanceof Error) return started;
    started.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 4096) stderr += chunk.toString('latin1');
    });
    // Both are told by the end of the process.
    started.stdin.on('error', () => {});
    started.on('error', () => {});
    return started;
  };

  const readNow = async (id: string, path: string): Promise<Buffer> => {
    child ??= start();
    if (child instanceof Error) {
      const why = fileTrouble(child);
      child = null;
      throw unreadable(id, path, `it cannot be started: ${why}`);
    }
    const nonce = randomBytes(16).toString('hex');
    const answer = readUntil(child, Buffer.from(`\n${nonce} missing\n`));
    // A line break cannot be said here; attributes for a name with one are not worth a protocol of their own.
    child.stdin.write(`${id}${filters ? ` ${path.replaceAll('\n', '?')}` : ''}\n${nonce}\n`, 'latin1');
    const contents = contentsOf(await answer, id);
    if (contents === null) throw unreadable(id, path, firstComplaint(stderr));
    return contents;
  };

  return {
    read: (id, path) => {
      const next = last.then(() => readNow(id, path));
      last = next.catch(() => null);
      return next;
    },
    close: () => {
      if (child !== null && !(child instanceof Error)) child.kill('SIGKILL');
    },
  };
}

/** What comes before `end`; null if the process ends, takes too long or writes too much. */
function readUntil(child: ChildProcessWithoutNullStreams, end: Buffer): Promise<Buffer | null> {
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let size = 0;
    let tail = Buffer.alloc(0);
    const settle = (answer: Buffer | null): void => {
      clearTimeout(late);
      child.stdout.off('data', take);
      child.off('close', gone);
      resolve(answer);
    };
    const gone = (): void => settle(null);
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      tail = Buffer.concat([tail, chunk.subarray(-end.length)]).subarray(-end.length);
      if (tail.equals(end)) settle(Buffer.concat(chunks).subarray(0, size - end.length));
      else if (size > MAX_BYTES + 1024) stop();
    };
    const stop = (): void => {
      child.kill('SIGKILL');
      // A filter that it started may live on and hold the other ends.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const late = setTimeout(stop, TIMEOUT_MS);
    child.stdout.on('data', take);
    child.once('close', gone);
    if (child.exitCode !== null || child.signalCode !== null) gone();
  });
}

/** The answer without its first line, `ID blob SIZE`; null if it is another one. */
function contentsOf(answer: Buffer | null, id: string): Buffer | null {
  const header = answer?.indexOf(0x0a) ?? -1;
  if (!answer || header === -1 || !answer.toString('latin1', 0, header).startsWith(`${id} blob `))
    return null;
  return answer.subarray(header + 1);
}

const unreadable = (id: string, path: string, complaint: string): UserError =>
  new UserError(
    `git cannot read ${showPath(path)} (object ${id.slice(0, 8)})${complaint === '' ? '' : `: ${showPath(complaint)}`}`,
    'Nothing is fetched on the way: in a partial clone `git fetch --refetch` brings what is missing; a filter must be installed here.',
  );
