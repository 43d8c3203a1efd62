// A file is there whole or as it was before: it is written beside its place first, and renamed.

import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createNonce } from './nonce.ts';

/** Of the new file, whatever the umask says; the owner is the user who runs this unless it is given. */
export interface Belonging {
  readonly mode: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** Puts the data in the place of the file. Throws the error of the system call; then nothing has changed. */
export async function replaceFile(path: string, data: string | Buffer, belonging: Belonging): Promise<void> {
  const beside = join(dirname(path), `.${basename(path).slice(0, 40)}.${createNonce().slice(0, 12)}.new`);
  try {
    await writeWhole(beside, data, belonging);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    throw error;
  }
}

async function writeWhole(path: string, data: string | Buffer, { mode, owner }: Belonging): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    if (owner) await handle.chown(owner.uid, owner.gid);
    await handle.chmod(mode);
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
