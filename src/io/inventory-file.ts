// Finding inventory.yaml and reading its text. What it means is decided in domain/parse-inventory.ts.

import { isUtf8 } from 'node:buffer';
import { dirname, join, resolve } from 'node:path';
import { escapeText } from '../domain/escape.ts';
import { UserError } from '../domain/user-error.ts';
import { errorCode, fileTrouble } from './file-trouble.ts';
import { readWhole } from './read-whole.ts';
import { shownPath } from './shown-path.ts';

const DEFAULT_NAME = 'inventory.yaml';
const MAX_BYTES = 1024 ** 2;

/** The text of an inventory and where it was. */
export interface InventoryFile {
  readonly text: string;
  /** Name for messages, relative to the working directory where that is shorter. */
  readonly file: string;
  /** Absolute; relative paths in the inventory start here. */
  readonly directory: string;
}

/** Reads the inventory that `-i` names, relative to `cwd`. Throws a UserError unless it is UTF-8 text of at most 1 MiB. */
export const readInventoryFile = (cwd: string, file: string): InventoryFile => {
  const path = resolve(cwd, file);
  return described(cwd, path, contents(cwd, path));
};

/** Reads the nearest inventory.yaml from `cwd` upwards; null if there is none. */
export function findInventoryFile(cwd: string): InventoryFile | null {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const path = join(directory, DEFAULT_NAME);
    const bytes = contentsIfThere(cwd, path);
    if (bytes !== null) return described(cwd, path, bytes);
    if (directory === dirname(directory)) return null;
  }
}

/** The mistake of looking for an inventory where there is none. */
export const noInventory = (cwd: string): UserError =>
  new UserError(
    `no ${DEFAULT_NAME} in ${escapeText(cwd)} or above it`,
    'Change into the repository, name the file with `-i FILE`, name servers as [user@]host[:port], or begin a repository: sshdrift init user@host',
  );

function described(cwd: string, path: string, bytes: Buffer): InventoryFile {
  const file = shownPath(cwd, path);
  return { text: decode(bytes, file), file, directory: dirname(path) };
}

function contents(cwd: string, path: string): Buffer {
  try {
    return readWhole(path, MAX_BYTES);
  } catch (error) {
    throw unreadable(shownPath(cwd, path), error);
  }
}

function contentsIfThere(cwd: string, path: string): Buffer | null {
  try {
    return readWhole(path, MAX_BYTES);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw unreadable(shownPath(cwd, path), error);
  }
}

function unreadable(shown: string, cause: unknown): UserError {
  if (errorCode(cause) === 'EFBIG')
    return new UserError(
      `${escapeText(shown)} is larger than 1 MiB`,
      'Is it an inventory? Name another one with `-i FILE`.',
    );
  return new UserError(
    `cannot read the inventory ${escapeText(shown)}: ${fileTrouble(cause)}`,
    'Check the path and its permissions, or name another file with `-i FILE`.',
  );
}

function decode(bytes: Buffer, shown: string): string {
  // The decoder drops a byte order mark.
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  throw new UserError(
    `${escapeText(shown)}:${badLine(bytes)}: not UTF-8 text`,
    'Convert it, for example with `iconv -f latin1 -t utf-8`.',
  );
}

/** The first line, from 1, that is not UTF-8; a line break is never part of a longer character. */
function badLine(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; ; line++) {
    const end = bytes.indexOf(0x0a, from);
    if (end === -1 || !isUtf8(bytes.subarray(from, end))) return line;
    from = end + 1;
  }
}
