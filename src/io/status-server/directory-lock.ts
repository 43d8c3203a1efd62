// One status server for a data directory. The lock is a Unix socket in it on which the holder listens: the kernel ends it
// with the holder, however that ends, and it can be asked whether its holder lives, from another container too.
//
// A socket that nobody listens on is left over from a kill. It is moved aside before it is removed, and asked again there:
// two servers that start at the same moment may both have found it dead, and the slower one then holds the lock of the
// faster one in its hands, and puts it back.

import { link, lstat, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { escapeText } from '../../domain/escape.ts';
import { UserError } from '../../domain/user-error.ts';
import { errorCode, fileTrouble } from '../file-trouble.ts';
import { createNonce } from '../nonce.ts';

/** A lock that is held. */
export interface DirectoryLock {
  /** False as soon as another process has the directory: somebody removed our socket, for example. */
  readonly isHeld: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

/** sun_path holds 108 bytes, on some systems 104. */
const LONGEST_PATH = 103;

/** What the name of a lock moved aside has more. */
const ASIDE = 9;

/** Rounds of finding the lock dead and removing it; more than a few means that somebody else keeps winning. */
const MAX_ROUNDS = 10;

/** Locks an existing directory. Throws UserError if a living process has it, or if it can hold no socket. */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'lock');
  const shown = escapeText(directory);
  if (Buffer.byteLength(path) + ASIDE > LONGEST_PATH)
    throw new UserError(
      `the path of the data directory is too long: ${shown}`,
      `The socket in it that keeps a second server out allows ${LONGEST_PATH - ASIDE - '/lock'.length} bytes: name a shorter one with --data.`,
    );
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const server = await listen(path, shown);
    if (server !== null) return held(server, path);
    if (!(await isAlive(path))) await removeDead(path);
    else break;
  }
  throw new UserError(
    `another sshdrift serve uses the data directory ${shown}`,
    'Stop it first, or give each its own directory with --data.',
  );
}

/** Null if there is a socket already. */
async function listen(path: string, shown: string): Promise<Server | null> {
  // Whoever connects wants to know that we live, and knows it then.
  const server = createServer(socket => socket.on('error', () => {}).destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(path, resolve);
    });
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') return null;
    throw new UserError(
      `cannot make a socket in the data directory ${shown}: ${fileTrouble(error)}`,
      'Name a directory with --data that this user may write, on a file system that has Unix sockets.',
    );
  }
  server.on('error', () => {}); // e.g. no descriptor left to accept with: the lock is held all the same
  return server;
}

async function held(server: Server, path: string): Promise<DirectoryLock> {
  const { ino } = await lstat(path);
  const isHeld = async (): Promise<boolean> => (await lstat(path).catch(() => null))?.ino === ino;
  return {
    isHeld,
    // Closing removes whatever is at the path, so what is not ours is left to the end of the process.
    release: async () => {
      if (await isHeld()) await new Promise(resolve => server.close(resolve));
    },
  };
}

const isAlive = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true));
    // A full backlog (EAGAIN) or no permission is an answer as well: only these two mean that nobody is there.
    socket.once('error', error => resolve(!['ECONNREFUSED', 'ENOENT'].includes(errorCode(error) ?? '')));
    socket.once('close', () => socket.destroy());
  });

/** Removes a lock that was found dead, unless it lives: then it is there again, or another has taken its place. */
export async function removeDead(path: string): Promise<void> {
  const aside = `${path}.${createNonce().slice(0, ASIDE - 1)}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  if (await isAlive(aside)) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}
