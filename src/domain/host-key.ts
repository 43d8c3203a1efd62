// Public keys in the wire form of RFC 4253: a run of strings, each after its length in four bytes; the first is the type.

import { createHash } from 'node:crypto';
import { readStrings, wireString } from './ssh-wire.ts';

interface Form {
  /** Strings that follow the type. */
  readonly fields: number;
  readonly accepts: (fields: readonly Buffer[]) => boolean;
}

const curve = (name: string, pointBytes: number, fields = 2): Form => ({
  fields,
  // 4 is the uncompressed form, the only one that SSH knows.
  accepts: ([id, point]) => id?.toString() === name && point?.[0] === 4 && point.length === pointBytes,
});

const edwards = (fields: number): Form => ({ fields, accepts: ([point]) => point?.length === 32 });

const FORMS: Readonly<Record<string, Form>> = {
  'ssh-ed25519': edwards(1),
  'ecdsa-sha2-nistp256': curve('nistp256', 65),
  'ecdsa-sha2-nistp384': curve('nistp384', 97),
  'ecdsa-sha2-nistp521': curve('nistp521', 133),
  // OpenSSH refuses RSA keys below 1024 bits wherever they come from.
  'ssh-rsa': { fields: 2, accepts: ([, modulus]) => bits(modulus) >= 1024 },
  'ssh-dss': { fields: 4, accepts: () => true },
  'sk-ssh-ed25519@openssh.com': edwards(2),
  'sk-ecdsa-sha2-nistp256@openssh.com': curve('nistp256', 65, 3),
};

const CERTIFICATE = /-cert-v01(@openssh\.com)$/;

const bits = (number: Buffer | undefined): number => {
  const digits = number?.toString('hex').replace(/^0+/, '') ?? '';
  return digits === '' ? 0 : digits.length * 4 - Math.clz32(Number.parseInt(digits[0] ?? '', 16)) + 28;
};

/** The type that the blob names, such as `ssh-ed25519`, or `unknown` if there is none. */
export const keyType = (blob: Buffer): string =>
  readStrings(blob, 1)?.strings[0]?.toString('latin1') || 'unknown';

/** `SHA256:` and unpadded base64, as `ssh-keygen -lf` prints it. */
export const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

/** True if the blob is a whole plain public key of a type that OpenSSH knows, with nothing behind it. */
export function isPlainKey(blob: Buffer): boolean {
  const type = keyType(blob);
  const form = Object.hasOwn(FORMS, type) ? FORMS[type] : undefined;
  const read = form && readStrings(blob, form.fields + 1);
  return form !== undefined && read?.end === blob.length && form.accepts(read.strings.slice(1));
}

/**
 * The plain key that an OpenSSH certificate certifies, or null if the blob is no certificate. After its type a
 * certificate has a nonce, then the fields of the plain key (PROTOCOL.certkeys).
 */
export function certifiedKey(blob: Buffer): Buffer | null {
  const type = keyType(blob);
  if (!CERTIFICATE.test(type)) return null;
  const plain = type.startsWith('sk-') ? type.replace(CERTIFICATE, '$1') : type.replace(CERTIFICATE, '');
  const form = Object.hasOwn(FORMS, plain) ? FORMS[plain] : undefined;
  const read = form && readStrings(blob, form.fields + 2);
  if (!read) return null;
  const key = Buffer.concat([Buffer.from(plain), ...read.strings.slice(2)].map(wireString));
  return isPlainKey(key) ? key : null;
}
