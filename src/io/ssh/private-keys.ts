// The private keys that are offered to a server: SSH_PRIVATE_KEY, or the file that the inventory names, or OpenSSH's
// default files. Each is read and decrypted once for all servers, before any deadline starts: OpenSSH's key derivation
// (bcrypt, 24 rounds) takes most of a second and blocks.

import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import type { IdentityFile } from '../../domain/destination.ts';
import type { Failure } from '../../domain/failure.ts';
import { isFailure } from '../../engine/ports.ts';

/** A private key ready to sign, and the name under which messages speak of it. */
export interface PrivateKey {
  readonly source: string;
  readonly key: ParsedKey;
}

export interface KeySettings {
  /** Text of SSH_PRIVATE_KEY; null if it is not set. */
  readonly privateKey: string | null;
  /** SSH_KEY_PASSPHRASE; null if it is not set. */
  readonly passphrase: string | null;
}

/** The keys to offer, in order. */
export type PrivateKeys = (files: readonly IdentityFile[]) => Promise<readonly PrivateKey[] | Failure>;

export function createPrivateKeys({ privateKey, passphrase }: KeySettings): PrivateKeys {
  const loaded = new Map<string, Promise<PrivateKey | Failure | null>>();
  const once = (
    source: string,
    load: () => Promise<PrivateKey | Failure | null>,
  ): Promise<PrivateKey | Failure | null> => {
    const key = loaded.get(source) ?? load();
    loaded.set(source, key);
    return key;
  };
  const fromFile = async ({ path, named }: IdentityFile): Promise<PrivateKey | Failure | null> => {
    const text = await readKey(path);
    if (typeof text === 'string') return parse(path, text, passphrase);
    return named ? { code: 'ssh/key-unusable', source: path, detail: text.message } : null;
  };
  return async files => {
    const results =
      privateKey === null
        ? await Promise.all(files.map(file => once(file.path, () => fromFile(file))))
        : [await once(VARIABLE, () => parse(VARIABLE, privateKey, passphrase))];
    const keys = results.filter((result): result is PrivateKey => result !== null && !isFailure(result));
    // Files that are not there or cannot be used are passed over, as OpenSSH does, unless nothing is left.
    if (keys.length > 0) return keys;
    return results.find((result): result is Failure => result !== null && isFailure(result)) ?? noKey(files);
  };
}

const VARIABLE = 'SSH_PRIVATE_KEY';

const noKey = (files: readonly IdentityFile[]): Failure => ({
  code: 'ssh/key-unusable',
  source: `${VARIABLE} or ssh.identity_file`,
  detail: `neither is set, and there is no ${files.map(file => file.path).join(', ')}`,
});

async function readKey(file: string): Promise<string | Error> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return new Error(code === 'ENOENT' ? 'no such file' : code === 'EACCES' ? 'permission denied' : message);
  }
}

async function parse(source: string, text: string, passphrase: string | null): Promise<PrivateKey | Failure> {
  const { default: ssh2 } = await import('ssh2');
  const result = ssh2.utils.parseKey(tidy(text), passphrase ?? undefined);
  // Some formats hold several keys; a private key file holds one.
  const key = Array.isArray(result) ? result[0] : result;
  if (key instanceof Error || key === undefined)
    return unusable(source, key?.message ?? 'it is empty', passphrase);
  if (!key.isPrivateKey()) return { code: 'ssh/key-unusable', source, detail: 'it is a public key' };
  return { source, key };
}

/** What CI secret stores do to a key at least: CRLF, blanks around it, a lost final newline. */
const tidy = (text: string): string => `${text.replaceAll('\r\n', '\n').trim()}\n`;

function unusable(source: string, message: string, passphrase: string | null): Failure {
  if (/encrypted|passphrase/i.test(message))
    return { code: 'ssh/passphrase-needed', source, wrong: passphrase !== null };
  return { code: 'ssh/key-unusable', source, detail: message.toLowerCase() };
}
