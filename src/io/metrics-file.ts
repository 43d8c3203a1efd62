// A file for node_exporter's textfile collector, which reads every *.prom file of a directory, whenever it is asked.
// https://github.com/prometheus/node_exporter#textfile-collector

import { lstat, readFile } from 'node:fs/promises';
import { escapeText } from '../domain/escape.ts';
import { UserError } from '../domain/user-error.ts';
import { errorCode, fileTrouble } from './file-trouble.ts';
import { replaceFile } from './replace-file.ts';

/** What the file says now; null if there is none, or none that can be read. */
export const readMetricsFile = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch(error => {
    fileTrouble(error);
    return null;
  });

/**
 * Puts the text in the place of the file, whole; what is beside it for a moment has a name that no exporter reads.
 * Everybody may read it, because the exporter runs as another user. Throws UserError.
 */
export async function writeMetricsFile(path: string, text: string): Promise<void> {
  try {
    await refuseOther(path);
    await replaceFile(path, text, { mode: 0o644 });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `cannot write ${escapeText(path)}: ${fileTrouble(error)}`,
      'The directory must be there, and this user must be allowed to make and rename files in it.',
    );
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
