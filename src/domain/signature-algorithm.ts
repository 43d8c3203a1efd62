// Which algorithm a key signs with. RSA signs with SHA-2 only: SHA-1 (`ssh-rsa`) is broken, and OpenSSH has refused it
// since 8.8. Which of the two SHA-2 forms, the server may have said in `server-sig-algs` (RFC 8308, RFC 8332).

import { keyType } from './host-key.ts';

/** The names that go into a request. */
export interface SignatureAlgorithm {
  /** Of the request: with a certificate the name of the certificate's form. */
  readonly request: string;
  /** Of the signature itself: `ssh-ed25519`, `rsa-sha2-512`, … */
  readonly signature: string;
}

/** What is known of the server's taste. */
export interface ServerTaste {
  /** `server-sig-algs`; null if it did not say. */
  readonly algorithms: readonly string[] | null;
  /** Its software, as in `SSH-2.0-OpenSSH_7.4`. */
  readonly software: string;
}

const CERTIFICATE = /-cert-v01@openssh\.com$/;

/** The type of the key itself, for certificates that of the certified key: `sk-ssh-ed25519@openssh.com`, `ssh-rsa`. */
export function plainType(blob: Buffer): string {
  const type = keyType(blob);
  const plain = type.replace(CERTIFICATE, '');
  return CERTIFICATE.test(type) && plain.startsWith('sk-') ? `${plain}@openssh.com` : plain;
}

/** How to sign with the key of `blob`; null if the server takes nothing that the key can do. */
export function signatureAlgorithm(blob: Buffer, taste: ServerTaste): SignatureAlgorithm | null {
  const type = keyType(blob);
  const plain = plainType(blob);
  if (plain === 'ssh-dss') return null;
  if (plain !== 'ssh-rsa') return { request: type, signature: plain };
  // OpenSSH 7.4 knows both forms and names neither (bugzilla.mindrot.org 2680).
  const named = /^OpenSSH_7\.4/.test(taste.software) ? null : taste.algorithms;
  const signature = ['rsa-sha2-512', 'rsa-sha2-256'].find(name => named === null || named.includes(name));
  if (signature === undefined) return null;
  return { request: type === plain ? signature : `${signature}-cert-v01@openssh.com`, signature };
}
