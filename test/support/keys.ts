// Key pairs by ssh-keygen, the authority on their format. Making one costs from 10 ms (ed25519) to a second (RSA).

import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** A key pair. */
export interface Key {
  readonly type: KeyType;
  /** The private key file's text, OpenSSH's format. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`, as in authorized_keys and known_hosts, without comment and newline. */
  readonly publicKey: string;
  /** The public key as it goes over the wire. */
  readonly blob: Buffer;
  /** `SHA256:…` as `ssh-keygen -lf` prints it. */
  readonly fingerprint: string;
}

/** Makes a key pair; an encrypted one has a cheap key derivation, so that tests need not wait for it. */
export async function makeKey(type: KeyType, passphrase = ''): Promise<Key> {
  const dir = await mkdtemp(join(tmpdir(), 'sshdrift-key-'));
  const file = join(dir, 'key');
  try {
    await run(['ssh-keygen', '-q', '-t', type, '-N', passphrase, '-a', '1', '-C', 'test', '-f', file]);
    const [privateKey, publicLine] = await Promise.all([
      readFile(file, 'utf8'),
      readFile(`${file}.pub`, 'utf8'),
    ]);
    const publicKey = publicLine.split(' ').slice(0, 2).join(' ');
    const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
    const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
    return { type, privateKey, publicKey, blob, fingerprint: `SHA256:${digest}` };
  } finally {
    await rm(dir, { recursive: true });
  }
}

const cache = new Map<string, Promise<Key>>();

/** The one key pair of this process for a type and passphrase. */
export function sharedKey(type: KeyType, passphrase = ''): Promise<Key> {
  const name = `${type} ${passphrase}`;
  const key = cache.get(name) ?? makeKey(type, passphrase);
  cache.set(name, key);
  return key;
}
