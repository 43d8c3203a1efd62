import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { looksLikePrivateKey, tidyPrivateKey } from '../../domain/private-key-text.ts';
import { type OpenSshHead, openSshHead, publicKeyOf } from '../../domain/public-key-text.ts';
import { errorCode, fileTrouble } from '../file-trouble.ts';
import { readWhole } from '../read-whole.ts';

const UNPROTECTED = 'UNPROTECTED PRIVATE KEY FILE';
/** Far more than any key needs. */
const MAX_SIZE = 1024 * 1024;

/** What a key file turned out to be. */
export type KeyFile =
  | { readonly kind: 'absent' }
  /** `detail` in OpenSSH's words. */
  | { readonly kind: 'unusable'; readonly detail: string }
  /** A public key or a certificate. */
  | { readonly kind: 'public'; readonly blob: Buffer }
  | { readonly kind: 'private'; readonly text: string; readonly head: OpenSshHead | null };

/**
 * Reads a key file. As OpenSSH, uses no private key of ours that others can read. Synchronous, like all that stands before
 * the first packet: a turn of the event loop costs ten times a small file.
 */
export function readKeyFile(path: string): KeyFile {
  try {
    return judge(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    const detail = code === 'EFBIG' ? 'it is too large to be a key' : fileTrouble(error);
    return { kind: 'unusable', detail };
  }
}

function judge(path: string): KeyFile {
  const raw = readWhole(path, MAX_SIZE).toString('utf8');
  const { mode, uid } = statSync(path);
  const blob = looksLikePrivateKey(raw) ? null : publicKeyOf(raw);
  if (blob !== null) return { kind: 'public', blob };
  if (uid === ownUid() && (mode & 0o077) !== 0) {
    const permissions = (mode & 0o7777).toString(8).padStart(4, '0');
    return { kind: 'unusable', detail: `${UNPROTECTED}, permissions ${permissions} are too open` };
  }
  const text = tidyPrivateKey(raw);
  return { kind: 'private', text, head: openSshHead(text) };
}

/** The public key or certificate in a file; null if there is none. */
export function readPublicKey(path: string): Buffer | null {
  const file = readKeyFile(path);
  return file.kind === 'public' ? file.blob : null;
}

function ownUid(): number {
  try {
    return userInfo().uid;
  } catch {
    return -1; // a uid that is not in the passwd database
  }
}
