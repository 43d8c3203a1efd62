// Files that an operator names may be something else: a pipe (`-i <(…)`) whose writer never comes, a device without an end.
// Reading is synchronous, like all that stands before the first packet; so waiting for ever would keep even Ctrl-C from
// working, and every wait has its limit.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errorCode } from './file-trouble.ts';

/** How long a pipe is waited for, in milliseconds. */
export interface Patience {
  /** Until a first byte comes, while nobody has opened the pipe for writing. */
  readonly forWriterMs: number;
  /** In all, while a writer has it open and writes nothing. */
  readonly forBytesMs: number;
}

const USUAL: Patience = { forWriterMs: 5_000, forBytesMs: 60_000 };
const PAUSE_MS = 5;

/**
 * The contents of a file of at most `limit` bytes. Throws errors that `fileTrouble` knows, of its own EFBIG for a longer
 * file and ETIMEDOUT for a pipe into which nothing is written.
 */
export function readWhole(path: string, limit: number, patience: Patience = USUAL): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readToEnd(file, limit, patience);
  } finally {
    closeSync(file);
  }
}

function readToEnd(file: number, limit: number, { forWriterMs, forBytesMs }: Patience): Buffer {
  const isPipe = fstatSync(file).isFIFO();
  const chunks: Buffer[] = [];
  let size = 0;
  let waitedMs = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const read = readNow(file, chunk);
    if (read !== null && read > 0) {
      chunks.push(chunk.subarray(0, read));
      size += read;
      if (size > limit) throw trouble('EFBIG');
      continue;
    }
    // A pipe without a writer reads as if it were at its end.
    if (read === 0 && !(isPipe && size === 0)) return Buffer.concat(chunks);
    if (waitedMs >= (read === 0 ? forWriterMs : forBytesMs)) throw trouble('ETIMEDOUT');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    waitedMs += PAUSE_MS;
  }
}

/** Null if there is nothing yet. */
function readNow(file: number, chunk: Buffer): number | null {
  try {
    return readSync(file, chunk);
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return null;
    throw error;
  }
}

const trouble = (code: string): Error => Object.assign(new Error(code), { code });
