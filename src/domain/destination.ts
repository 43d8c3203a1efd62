import type { Become, HostKeyPolicy } from './inventory.ts';

/** A private key file that may be offered. One that the operator named must be usable; a default one need not exist. */
export interface IdentityFile {
  readonly path: string;
  readonly named: boolean;
}

/** A jump host, itself a destination that may lie behind another one, or a command that speaks to the server (ProxyCommand). */
export type Via =
  | { readonly kind: 'jump'; readonly hop: Destination }
  | { readonly kind: 'command'; readonly command: string };

/** How a server is really reached: flags, environment, inventory and defaults resolved. Times are milliseconds. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Only addresses of this family (AddressFamily); null for any. */
  readonly family: 4 | 6 | null;
  /** Address of this machine to connect from (BindAddress); null leaves it to the system. */
  readonly bindAddress: string | null;
  /** Pinned fingerprints; if there are any, known_hosts is not asked. */
  readonly hostKeys: readonly string[];
  /** Stands for host and port in known_hosts (HostKeyAlias); null for none. */
  readonly hostKeyAlias: string | null;
  /** Absolute paths, in order; missing files know nobody. */
  readonly knownHostsFiles: readonly string[];
  /** A list of keys that are never trusted (RevokedHostKeys); it must be readable. Null for none. */
  readonly revokedHostKeys: string | null;
  readonly hostKeyPolicy: HostKeyPolicy;
  /** In the order in which they are offered. */
  readonly identityFiles: readonly IdentityFile[];
  /** Certificates to offer beside the keys that they certify (CertificateFile). */
  readonly certificateFiles: readonly string[];
  /** Socket of the agent to ask; null for none. */
  readonly identityAgent: string | null;
  /** Of the agent's keys offer only those that a file names. */
  readonly identitiesOnly: boolean;
  /** What stands between here and the server; null for a TCP connection of our own. */
  readonly via: Via | null;
  /** What runs the probe as root there; null for the rights of `user`. */
  readonly become: Become | null;
  readonly connectTimeoutMs: number;
  /** From connecting to the last byte of the answer. */
  readonly timeoutMs: number;
}
