// A file for node_exporter's textfile collector, which reads every *.prom file of a directory, whenever it is asked.
// https://github.com/prometheus/node_exporter#textfile-collector

import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { escapeText } from '../domain/escape.ts';
import { UserError } from '../domain/user-error.ts';
import { errorCode, fileTrouble } from './file-trouble.ts';
import { createNonce } from './nonce.ts';

/** What the file says now; null if there is none, or none that can be read. */
export const readMetricsFile = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch(error => {
    fileTrouble(error);
    return null;
  });

/**
 * Puts the text in the place of the file, whole: it is written beside it first, under a name that no exporter reads.
 * Everybody may read it, because the exporter runs as another user. Throws UserError.
 */
export async function writeMetricsFile(path: string, text: string): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${createNonce().slice(0, 12)}.new`);
  try {
    await refuseOther(path);
    await writeWhole(beside, text);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    if (error instanceof UserError) throw error;
    throw new UserError(
      `cannot write ${escapeText(path)}: ${fileTrouble(error)}`,
      'The directory must be there, and this user must be allowed to make and rename files in it.',
    );
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(text);
    // Whatever the umask says.
    await handle.chmod(0o644);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename would put a file in the place of a device, or of a link to somewhere else. */
async function refuseOther(path: string): Promise<void> {
  const there = await lstat(path).catch(error => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (there === null || there.isFile()) return;
  throw new UserError(
    `${escapeText(path)} is there and is no ordinary file, so metrics cannot take its place`,
    'Move it away, or name another file in the directory that node_exporter reads.',
  );
}
