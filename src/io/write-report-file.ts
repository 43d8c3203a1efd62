// A report that the operator asked for. Whoever reads it finds the last one or the new one, never a half: a regular file is
// replaced whole. Anything else is written into: /dev/stdout, a FIFO, what the shell made of >(program).

import { access, constants, lstat, readlink, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { escapeText } from '../domain/escape.ts';
import { UserError } from '../domain/user-error.ts';
import { errorCode, fileTrouble } from './file-trouble.ts';
import { type Belonging, replaceFile } from './replace-file.ts';

/** What keeps a file from being replaced that may well be written into: its directory, its owner, that it is mounted. */
const IN_THE_WAY = ['EACCES', 'EPERM', 'EROFS', 'EBUSY'];

/** Writes a report; only the owner may read a new one, since it may hold diffs. Throws UserError. */
export async function writeReportFile(path: string, text: string | Buffer): Promise<void> {
  try {
    await write(path, text);
  } catch (error) {
    throw new UserError(
      `cannot write ${escapeText(path)}: ${fileTrouble(error)}`,
      'Check the directory and its permissions.',
    );
  }
}

async function write(path: string, text: string | Buffer): Promise<void> {
  const there = await orNull(stat(path));
  const end = there === null || there.isFile() ? await endOfLinks(path) : null;
  if (end === null) return writeFile(path, text);
  if (there === null) return replaceFile(end, text, { mode: 0o600 });
  await access(end, constants.W_OK);
  const belonging: Belonging = { mode: there.mode & 0o7777, owner: { uid: there.uid, gid: there.gid } };
  await replaceFile(end, text, belonging).catch(error => {
    if (!IN_THE_WAY.includes(errorCode(error) ?? '')) throw error;
    return writeFile(end, text);
  });
}

/** The file that symbolic links lead to, there or not; null for a file that is open already, and is named by its number. */
async function endOfLinks(path: string): Promise<string | null> {
  const directory = await realpath(dirname(path));
  if (/^\/(dev|proc)(\/|$)/.test(directory)) return null;
  const here = join(directory, basename(path));
  const isLink = (await orNull(lstat(here)))?.isSymbolicLink() === true;
  return isLink ? endOfLinks(resolve(directory, await readlink(here))) : here;
}

const orNull = <T>(looked: Promise<T>): Promise<T | null> =>
  looked.catch(error => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
