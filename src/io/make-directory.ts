// `mkdir -p`. Node's own (`recursive`) never ends, and keeps a core busy, where a link on the way leads nowhere.

import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './file-trouble.ts';

export async function makeDirectory(path: string, mode = 0o777): Promise<void> {
  if ((await look(path)) === 'directory') return;
  const parent = dirname(path);
  if (parent !== path && (await look(parent)) === 'absent') await makeDirectory(parent, mode);
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST' || (await look(path)) !== 'directory') throw error;
  }
}

/** What is at the end of a path, links followed. */
async function look(path: string): Promise<'directory' | 'absent' | 'other'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'other';
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'absent' : 'other';
  }
}
