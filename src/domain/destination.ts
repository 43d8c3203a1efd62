import type { HostKeyPolicy } from './inventory.ts';

/** A private key file that may be offered. One that the operator named must be usable; a default one need not exist. */
export interface IdentityFile {
  readonly path: string;
  readonly named: boolean;
}

/** How a server is really reached: flags, environment, inventory and defaults resolved. Times are milliseconds. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Pinned fingerprints; if there are any, known_hosts is not asked. */
  readonly hostKeys: readonly string[];
  /** Stands for host and port in known_hosts (HostKeyAlias); null for none. */
  readonly hostKeyAlias: string | null;
  /** Absolute paths, in order; missing files know nobody. */
  readonly knownHostsFiles: readonly string[];
  readonly hostKeyPolicy: HostKeyPolicy;
  /** In the order in which they are offered. */
  readonly identityFiles: readonly IdentityFile[];
  readonly connectTimeoutMs: number;
  /** From connecting to the last byte of the answer. */
  readonly timeoutMs: number;
}
