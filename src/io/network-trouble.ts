import type { Trouble } from '../domain/delivery-trouble.ts';

/** undici says only in words that a proxy answered CONNECT with anything but 200. */
const TUNNEL_REFUSED = /^Proxy response \((\d{3})\)/;

/** What undici, Node or OpenSSL threw, as a value. */
export function networkTrouble(error: unknown): Trouble {
  const cause = firstOf(error);
  const tunnel = TUNNEL_REFUSED.exec(cause.message);
  if (tunnel) return { kind: 'proxy', status: Number(tunnel[1]) };
  // undici's parser errors carry no dependable code.
  const code = cause.name === 'HTTPParserError' ? cause.name : (codeOf(error) ?? codeOf(cause) ?? cause.name);
  return { kind: 'network', code, detail: firstLine(cause) };
}

/** A host with several addresses fails as an AggregateError, which says nothing itself. */
function firstOf(error: unknown): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0];
  return error instanceof Error ? error : new Error(String(error));
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** OpenSSL's messages are long and end with a line break. */
const firstLine = (error: Error): string => (error.message.split('\n')[0] || error.name).slice(0, 300);
