// The part of the agent protocol that is spoken here: which keys have you, sign this (RFC 9987, sections 3.5 and 3.6).

import { readStrings, wireString } from './ssh-wire.ts';

/** A key or certificate that an agent holds. */
export interface AgentKey {
  readonly blob: Buffer;
  readonly comment: string;
}

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const RSA_FLAGS: Readonly<Record<string, number>> = { 'rsa-sha2-256': 2, 'rsa-sha2-512': 4 };
/** As OpenSSH's client. */
const MAX_KEYS = 2048;

export const listRequest = (): Buffer => wireString(Buffer.of(REQUEST_IDENTITIES));

/** `algorithm` is the name of the signature; it matters for RSA only. */
export function signRequest(blob: Buffer, data: Buffer, algorithm: string): Buffer {
  const flags = Buffer.alloc(4);
  flags.writeUInt32BE(RSA_FLAGS[algorithm] ?? 0);
  return wireString(Buffer.concat([Buffer.of(SIGN_REQUEST), wireString(blob), wireString(data), flags]));
}

/** The keys of a list answer, without its length; null if it is anything else. */
export function listAnswer(message: Buffer): readonly AgentKey[] | null {
  if (message[0] !== IDENTITIES_ANSWER || message.length < 5) return null;
  const count = message.readUInt32BE(1);
  const read = count > MAX_KEYS ? null : readStrings(message, count * 2, 5);
  if (!read) return null;
  return Array.from({ length: count }, (_, i) => ({
    blob: read.strings[2 * i] ?? Buffer.alloc(0),
    comment: read.strings[2 * i + 1]?.toString('utf8') ?? '',
  }));
}

/** The signature of a sign answer, as it goes into a request; null if the agent refused. */
export const signAnswer = (message: Buffer): Buffer | null =>
  message[0] === SIGN_RESPONSE ? (readStrings(message, 1, 1)?.strings[0] ?? null) : null;
