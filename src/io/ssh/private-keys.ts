// The private keys that are offered to a server: SSH_PRIVATE_KEY, or the file that the inventory names, or OpenSSH's
// default files. Each is read and decrypted once for all servers, before any deadline starts: OpenSSH's key derivation
// (bcrypt, 24 rounds) takes most of a second and blocks.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParsedKey } from 'ssh2';
import type { Failure } from '../../domain/failure.ts';

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
  readonly home: string;
}

/** Keys for a server whose inventory entry names this identity file (or none). */
export type PrivateKeys = (identityFile: string | null) => Promise<readonly PrivateKey[] | Failure>;

/** OpenSSH's own list and order (ssh_config(5), IdentityFile), without the FIDO forms that no file can hold. */
const DEFAULT_FILES = ['id_rsa', 'id_ecdsa', 'id_ed25519'];

export function createPrivateKeys(settings: KeySettings): PrivateKeys {
  const loaded = new Map<string | null, Promise<readonly PrivateKey[] | Failure>>();
  const once: PrivateKeys = identityFile => {
    const keys = loaded.get(identityFile) ?? load(identityFile);
    loaded.set(identityFile, keys);
    return keys;
  };
  const load: PrivateKeys = async identityFile => {
    if (settings.privateKey !== null) return one('SSH_PRIVATE_KEY', settings.privateKey);
    if (identityFile === null) return defaults();
    const text = await readKey(identityFile);
    if (text instanceof Error)
      return { code: 'ssh/key-unusable', source: identityFile, detail: text.message };
    return one(identityFile, text);
  };
  const one = async (source: string, text: string): Promise<readonly PrivateKey[] | Failure> => {
    const key = await parse(source, text, settings.passphrase);
    return 'code' in key ? key : [key];
  };
  /** Files that are not there or cannot be used are passed over, as OpenSSH does, unless nothing is left. */
  const defaults = async (): Promise<readonly PrivateKey[] | Failure> => {
    const files = DEFAULT_FILES.map(name => join(settings.home, '.ssh', name));
    const results = await Promise.all(
      files.map(async file => {
        const text = await readKey(file);
        return text instanceof Error ? null : parse(file, text, settings.passphrase);
      }),
    );
    const keys = results.filter(result => result !== null && !('code' in result)) as readonly PrivateKey[];
    const failure = results.find(result => result !== null && 'code' in result) as Failure | undefined;
    if (keys.length > 0) return keys;
    return (
      failure ?? {
        code: 'ssh/key-unusable',
        source: 'SSH_PRIVATE_KEY or ssh.identity_file',
        detail: `neither is set, and there is no ${DEFAULT_FILES.join(', ')} in ${join(settings.home, '.ssh')}`,
      }
    );
  };
  return once;
}

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
