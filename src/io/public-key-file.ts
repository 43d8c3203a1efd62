import { resolve } from 'node:path';
import { escapeText } from '../domain/escape.ts';
import { parsePublicKey } from '../domain/public-key.ts';
import { UserError } from '../domain/user-error.ts';
import { fileTrouble } from './file-trouble.ts';
import { readWhole } from './read-whole.ts';

const MAX_BYTES = 1024 ** 2;

/** The key in a .pub file named relative to `cwd`, as `TYPE BASE64 COMMENT`. Throws a UserError if it holds none. */
export async function readPublicKey(cwd: string, file: string): Promise<string> {
  const source = escapeText(file);
  return parsePublicKey(textOf(resolve(cwd, file), source), source);
}

function textOf(path: string, source: string): string {
  try {
    return readWhole(path, MAX_BYTES).toString('utf8');
  } catch (error) {
    throw new UserError(`cannot read the public key ${source}: ${fileTrouble(error)}`, 'Name a .pub file.');
  }
}
