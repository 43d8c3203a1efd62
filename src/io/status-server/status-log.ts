// The file that a status server keeps its state in: a log that is only ever appended to, one line for one write, and
// replaced as a whole, by renaming, when it has grown far beyond what it says.
//
// A resolved append is on the disk (fdatasync). A write that failed is cut off before the next one; after a failed sync
// nobody knows what is on the disk, so the log must be rewritten.

import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeText } from '../../domain/escape.ts';
import { LOG_HEADER, type LogEntry, logLine, readLog } from '../../domain/status-log-line.ts';
import { UserError } from '../../domain/user-error.ts';
import { errorCode, fileTrouble } from '../file-trouble.ts';

/** An open log. Only one append or rewrite may be under way at a time. */
export interface StatusLog {
  /** Bytes of the log. */
  readonly size: () => number;
  /** Rejects with the error of the system call; the entries are then not in the log, or nobody knows. */
  readonly append: (entries: readonly LogEntry[]) => Promise<void>;
  /** True after a failed sync: rewrite before the next append. */
  readonly isDoubtful: () => boolean;
  /** Replaces the log by these entries; it stays as it was if that fails. */
  readonly rewrite: (entries: readonly LogEntry[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A log that was read. */
export interface OpenedLog {
  readonly log: StatusLog;
  readonly entries: readonly LogEntry[];
  /** Bytes of an unfinished write that were cut off at the end. */
  readonly cutBytes: number;
}

/** Entries in one line of a rewritten log. */
const CHUNK = 500;

/** Opens the log in a directory that is locked; makes it if there is none. Throws UserError. */
export async function openStatusLog(directory: string): Promise<OpenedLog> {
  const path = join(directory, 'statuses.log');
  try {
    const bytes = await readFile(path).catch(error => {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    });
    if (bytes === null) {
      const fresh = await writeFresh(path, []);
      await putInPlace(directory, path);
      return { log: logIn(directory, path, fresh), entries: [], cutBytes: 0 };
    }
    const read = readLog(bytes);
    if (read.kind !== 'read') throw damaged(path, read.kind === 'damaged' ? read.line : null);
    const { entries, wholeBytes } = read;
    const file = await openAt(path, wholeBytes);
    return { log: logIn(directory, path, file), entries, cutBytes: bytes.length - wholeBytes };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `cannot use ${escapeText(path)}: ${fileTrouble(error)}`,
      'Check the data directory, its permissions and the space on its disk, or name another one with --data.',
    );
  }
}

function damaged(path: string, line: number | null): UserError {
  const shown = escapeText(path);
  return new UserError(
    line === null
      ? `${shown} is not a status log that this version of sshdrift can read`
      : `${shown} is damaged in line ${line}`,
    `Nothing was changed. Bring back a copy from a backup; or start without what it holds (every server is known again after its next check): mv ${shown} ${shown}.damaged`,
  );
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/** Opens for writing, and cuts off what lies behind `size`. */
async function openAt(path: string, size: number): Promise<OpenFile> {
  const handle = await open(path, 'r+');
  await handle.truncate(size);
  await handle.datasync();
  return { handle, size };
}

function logIn(directory: string, path: string, opened: OpenFile): StatusLog {
  let { handle, size } = opened;
  let state: 'sound' | 'tail' | 'doubtful' = 'sound';
  return {
    size: () => size,
    isDoubtful: () => state === 'doubtful',
    append: async entries => {
      const line = logLine(entries);
      if (state === 'tail') await handle.truncate(size);
      state = 'tail';
      await writeAll(handle, line, size);
      state = 'doubtful';
      await handle.datasync();
      state = 'sound';
      size += line.length;
    },
    rewrite: async entries => {
      const fresh = await writeFresh(path, entries);
      // From here on nobody knows which of the two a crash would leave, until the directory is on the disk.
      state = 'doubtful';
      await handle.close().catch(() => {});
      ({ handle, size } = fresh);
      await putInPlace(directory, path);
      state = 'sound';
    },
    close: () => handle.close(),
  };
}

/** Writes a new log beside the old one; what a failure leaves of it is removed. */
async function writeFresh(path: string, entries: readonly LogEntry[]): Promise<OpenFile> {
  const fresh = beside(path);
  const handle = await open(fresh, 'w', 0o600);
  let size = 0;
  const write = async (bytes: Buffer): Promise<void> => {
    await writeAll(handle, bytes, size);
    size += bytes.length;
  };
  try {
    await write(Buffer.from(LOG_HEADER));
    for (let i = 0; i < entries.length; i += CHUNK) await write(logLine(entries.slice(i, i + CHUNK)));
    // Damage in the last line is taken for an unfinished write, and nothing here is unfinished.
    await write(logLine([]));
    await handle.sync();
    return { handle, size };
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(fresh, { force: true }).catch(() => {});
    throw error;
  }
}

const beside = (path: string): string => `${path}.new`;

/** A rename lasts only when the directory is on the disk. */
async function putInPlace(directory: string, path: string): Promise<void> {
  await rename(beside(path), path);
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A full disk takes a part of the bytes first, and refuses then. */
async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
