// Whether a server's host key is to be trusted, by OpenSSH's rules (hostfile.c, sshconnect.c, sshconnect2.c).
//
// - Pinned fingerprints, where there are any, decide alone.
// - A line with this very key: ok. Lines with other keys only, of whatever type: mismatch.
// - An `@revoked` line with this key wins over everything. `@cert-authority` lines verify certificates, never plain keys.
// - `[host]:2222` without a line of its own may be known as plain `host`; there only a match counts.
//
// All of it is synchronous: ssh2 takes a promise from its host verifier for a yes.

import { fingerprint, keyType } from './host-key.ts';
import { asciiLower, matchesHostNames } from './host-pattern.ts';
import type { KnownHost } from './known-hosts.ts';

/** Where a server is reached. `alias` (HostKeyAlias) replaces host and port in known_hosts. */
export interface HostAddress {
  readonly host: string;
  readonly port: number;
  readonly alias: string | null;
}

/** What is known about the host key of one server, looked up once for a whole connection. */
export interface HostKeyTrust {
  /** Fingerprints as {@link fingerprint} makes them; if there are any, no line counts. */
  readonly pins: readonly string[];
  /** The lines for the server's name. */
  readonly lines: readonly KnownHost[];
  /** The lines for its name without the port, if those may be asked. */
  readonly portless: readonly KnownHost[];
}

/** `entry` is `file:line` of the line that decided, or for a mismatch the pins. */
export type HostKeyVerdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'mismatch'; readonly entry: string }
  | { readonly kind: 'revoked'; readonly entry: string }
  /** Only `@cert-authority` lines name the server, and the key is not a certificate. */
  | { readonly kind: 'certificate-only'; readonly entry: string };

/** Host key algorithms as OpenSSH prefers them; no `ssh-rsa`, which signs with SHA-1. */
const ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

export type HostKeyAlgorithm = (typeof ALGORITHMS)[number];

const SIGNING_KEY: Readonly<Record<HostKeyAlgorithm, string>> = {
  'ssh-ed25519': 'ssh-ed25519',
  'ecdsa-sha2-nistp256': 'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384': 'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521': 'ecdsa-sha2-nistp521',
  'rsa-sha2-512': 'ssh-rsa',
  'rsa-sha2-256': 'ssh-rsa',
};

/** The name under which known_hosts knows a server: `host`, `[host]:2222`, or the alias. */
export function knownHostsName({ host, port, alias }: HostAddress): string {
  if (alias !== null) return asciiLower(alias);
  return port === 22 ? canonicalHost(host) : `[${canonicalHost(host)}]:${port}`;
}

/** All names under which {@link hostKeyTrust} looks for a server. */
export const hostKeyNames = (address: HostAddress): readonly string[] => [
  knownHostsName(address),
  canonicalHost(address.host),
];

/** An IPv6 address has many spellings, and known_hosts holds the shortest one. */
function canonicalHost(host: string): string {
  const [address = '', scope] = host.split('%', 2);
  const url = `ssh://[${address}]`;
  if (!/^[0-9a-f:]+$/i.test(address) || !URL.canParse(url)) return asciiLower(host);
  return new URL(url).hostname.slice(1, -1) + (scope === undefined ? '' : `%${asciiLower(scope)}`);
}

/**
 * Looks up what is known about a server, among lines of which all that name it are there; this is where the time goes if
 * known_hosts is long and hashed.
 */
export function hostKeyTrust(
  pins: readonly string[],
  known: readonly KnownHost[],
  address: HostAddress,
): HostKeyTrust {
  if (pins.length > 0) return { pins, lines: [], portless: [] };
  const linesFor = (name: string): readonly KnownHost[] =>
    known.filter(line => matchesHostNames(line.names, name));
  const lines = linesFor(knownHostsName(address));
  const askPortless = address.port !== 22 && address.alias === null && !lines.some(isPlain);
  return { pins, lines, portless: askPortless ? linesFor(canonicalHost(address.host)) : [] };
}

/** Judges the key that a server presents. Pure: the server may present it again with every new key exchange. */
export function hostKeyVerdict(trust: HostKeyTrust, blob: Buffer): HostKeyVerdict {
  if (trust.pins.length > 0) {
    const pinned = trust.pins.some(pin => pin.replace(/=+$/, '') === fingerprint(blob));
    return pinned ? { kind: 'ok' } : { kind: 'mismatch', entry: trust.pins.join(', ') };
  }
  const verdict = judge(trust.lines, blob);
  if (verdict.kind !== 'unknown' && verdict.kind !== 'certificate-only') return verdict;
  const portless = judge(trust.portless, blob);
  if (portless.kind === 'ok' || portless.kind === 'revoked') return portless;
  return verdict.kind === 'unknown' && portless.kind === 'certificate-only' ? portless : verdict;
}

function judge(lines: readonly KnownHost[], blob: Buffer): HostKeyVerdict {
  const revoked = lines.find(line => line.marker === 'revoked' && line.blob.equals(blob));
  if (revoked) return { kind: 'revoked', entry: place(revoked) };
  const plain = lines.filter(isPlain);
  if (plain.some(line => line.blob.equals(blob))) return { kind: 'ok' };
  const other = plain.find(line => line.keyType === keyType(blob)) ?? plain[0];
  if (other) return { kind: 'mismatch', entry: place(other) };
  const authority = lines.find(line => line.marker === 'cert-authority');
  return authority ? { kind: 'certificate-only', entry: place(authority) } : { kind: 'unknown' };
}

const isPlain = (line: KnownHost): boolean => line.marker === 'none';

const place = (line: KnownHost): string => `${line.file}:${line.line}`;

/**
 * The algorithms to offer, in an order that makes the server present a key that can be verified: as they are if a key
 * of the best type is known, else those with a known key first. Fingerprints do not tell the type of a key, so with pins
 * the order stays: pin the server's best key, or all of them.
 */
export function hostKeyAlgorithms(trust: HostKeyTrust): readonly HostKeyAlgorithm[] {
  const known = (algorithm: HostKeyAlgorithm): boolean => {
    const line = trust.lines.find(l => isPlain(l) && l.keyType === SIGNING_KEY[algorithm]);
    return line !== undefined && judge(trust.lines, line.blob).kind === 'ok';
  };
  if (known(ALGORITHMS[0])) return ALGORITHMS;
  return [...ALGORITHMS.filter(known), ...ALGORITHMS.filter(algorithm => !known(algorithm))];
}
