import type { IncomingMessage } from 'node:http';
import { urlOf } from '../../domain/listen-address.ts';

/** A host, with a port or without, in which there is nothing that a shell or HTML would understand. */
const HOST = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** The base URL under which a client asked, without a slash at its end: what it and a proxy say, if that is one. */
export function addressOf({ headers, socket }: IncomingMessage): string {
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  if (headers.host !== undefined && HOST.test(headers.host)) return `${scheme}://${headers.host}`;
  return urlOf({ host: socket.localAddress ?? '127.0.0.1', port: socket.localPort ?? 80 });
}
