import type { Shard } from '../domain/shard.ts';
import type { FleetChoice } from './load-fleet.ts';

/** Options that say which servers, and how to reach them; a command has those that it needs. */
export interface FleetOptions {
  readonly inventory?: string;
  readonly select?: readonly string[];
  readonly shard?: Shard;
  readonly sshConfig?: string;
  /** Milliseconds. */
  readonly connectTimeout?: number;
  readonly ref?: string;
}

/** What the command line says of them. */
export const fleetChoice = (servers: readonly string[], options: FleetOptions): FleetChoice => ({
  servers,
  inventory: options.inventory ?? null,
  labels: options.select ?? [],
  shard: options.shard ?? null,
  sshConfig: options.sshConfig ?? null,
  connectTimeoutMs: options.connectTimeout ?? null,
  ref: options.ref ?? null,
});
