// New files in a directory of the operator's. They are written whole to a temporary directory in it and then renamed,
// in their order, so that none is ever there in part. Names are bytes from elsewhere: nothing is written through a
// symbolic link, and nothing that is there is removed.

import { lstat, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBytes, showPath, toBytes } from '../domain/remote-path.ts';
import { UserError } from '../domain/user-error.ts';
import { errorCode, fileTrouble } from './file-trouble.ts';
import { makeDirectory } from './make-directory.ts';

/** `path` is below the directory, one character per byte, without `.` and `..`. */
export interface NewFile {
  readonly path: string;
  readonly bytes: Buffer;
  /** Only the owner may read it. */
  readonly secret: boolean;
}

/** Those of the paths where something is that would be replaced. Throws a UserError if a file can't be put there. */
export async function filesInTheWay(directory: string, paths: readonly string[]): Promise<readonly string[]> {
  const top = fromBytes(Buffer.from(directory));
  const inTheWay: string[] = [];
  for (const path of paths) {
    const parents = path
      .split('/')
      .slice(0, -1)
      .map((_, index, all) => all.slice(0, index + 1).join('/'));
    let whole = true;
    for (const parent of parents) {
      const there = await look(`${top}/${parent}`);
      if (there === null) {
        whole = false;
        break;
      }
      if (!there.isDirectory())
        throw blocked(parent, there.isSymbolicLink() ? 'is a symbolic link' : 'is no directory');
    }
    const there = whole ? await look(`${top}/${path}`) : null;
    if (there?.isDirectory()) throw blocked(path, 'is a directory');
    if (there) inTheWay.push(path);
  }
  return inTheWay;
}

const blocked = (path: string, why: string): UserError =>
  new UserError(
    `${showPath(path)} ${why}, so nothing can be written there`,
    'Nothing was written. Move it away, or name another directory with `-C DIR`.',
  );

/** Writes the files, replacing what is in their place. Throws a UserError if the disk refuses. */
export async function placeFiles(directory: string, files: readonly NewFile[]): Promise<void> {
  let temporary: string | null = null;
  try {
    await makeDirectory(directory);
    temporary = await mkdtemp(join(directory, '.sshdrift-init-'));
    const from = fromBytes(Buffer.from(temporary));
    const to = fromBytes(Buffer.from(directory));
    for (const { path, bytes, secret } of files) {
      const whole = `${from}/${path}`;
      await mkdir(toBytes(whole.slice(0, whole.lastIndexOf('/'))), { recursive: true });
      await writeFile(toBytes(whole), bytes, { flag: 'wx', mode: secret ? 0o600 : 0o666, flush: true });
    }
    for (const name of new Set(files.map(({ path }) => path.split('/')[0] ?? '')))
      await move(`${from}/${name}`, `${to}/${name}`);
  } catch (error) {
    throw new UserError(
      `cannot write below ${showPath(fromBytes(Buffer.from(directory)))}: ${fileTrouble(error)}`,
      'Check the directory and its permissions, or name another one with `-C DIR`.',
    );
  } finally {
    if (temporary !== null) await rm(temporary, { recursive: true, force: true });
  }
}

/** Renames the whole of it where nothing is, else what is in it, piece by piece. */
async function move(from: string, to: string): Promise<void> {
  if (!(await look(from))?.isDirectory() || !(await look(to))?.isDirectory()) {
    await rename(toBytes(from), toBytes(to));
    return;
  }
  for (const name of await readdir(toBytes(from), { encoding: 'buffer' }))
    await move(`${from}/${fromBytes(name)}`, `${to}/${fromBytes(name)}`);
}

const look = (path: string) =>
  lstat(toBytes(path)).catch(error => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
