import { escapeText } from './escape.ts';
import { UserError } from './user-error.ts';

/** Where a server listens; port 0 lets the system choose. `host` is without the brackets of IPv6. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT`, `[IPv6]:PORT`. Throws UserError. */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port > 65_535)
    throw new UserError(
      `--listen is not HOST:PORT: "${escapeText(text)}"`,
      'For example 127.0.0.1:8080, 0.0.0.0:8080 for every IPv4 address of this machine, or [::1]:8080; port 0 takes a free one.',
    );
  return { host, port };
}

/** True if only this machine can connect there. */
export const isLoopback = (host: string): boolean =>
  /^127(\.\d{1,3}){3}$/.test(host) || host === '::1' || host.toLowerCase() === 'localhost';

/** The URL of an address, without a slash at its end. */
export const urlOf = ({ host, port }: ListenAddress): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
