// The host keys that a run has seen, and those that a person has confirmed. A confirmed key counts as if it stood in
// known_hosts; nothing is stored.

import type { Destination } from '../domain/destination.ts';
import { fingerprint } from '../domain/host-key.ts';
import { knownHostsName } from '../domain/host-key-trust.ts';
import { knownHostsLine, parseKnownHosts } from '../domain/known-hosts.ts';
import { isFailure } from '../engine/ports.ts';
import { addressOf, type KnownHosts } from './known-hosts-files.ts';

export interface HostKeyBook {
  /** The known hosts that it was made of, and the confirmed keys. */
  readonly knownHosts: KnownHosts;
  /** For every key that a server presents. */
  readonly sawHostKey: (destination: Destination, key: Buffer) => void;
  /** From now on the key that the server presented is known; false if it presented none with this fingerprint. */
  readonly confirm: (destination: Destination, shown: string) => boolean;
  /** The line for known_hosts with the key that the server presented last; null if there is none, or no such line. */
  readonly lineFor: (destination: Destination) => string | null;
}

const nameOf = (destination: Destination): string => knownHostsName(addressOf(destination));

export function createHostKeyBook(known: KnownHosts): HostKeyBook {
  const seen = new Map<string, Buffer>();
  const confirmed: string[] = [];
  const lineFor = (destination: Destination): string | null => {
    const key = seen.get(nameOf(destination));
    return key === undefined ? null : knownHostsLine(nameOf(destination), key);
  };
  return {
    knownHosts: {
      ...known,
      entriesFor: async destination => {
        const entries = await known.entriesFor(destination);
        if (isFailure(entries)) return entries;
        return [...entries, ...parseKnownHosts('(confirmed)', confirmed.join('\n'))];
      },
    },
    sawHostKey: (destination, key) => void seen.set(nameOf(destination), Buffer.from(key)),
    confirm: (destination, shown) => {
      const key = seen.get(nameOf(destination));
      const line = lineFor(destination);
      if (key === undefined || line === null || fingerprint(key) !== shown) return false;
      confirmed.push(line);
      return true;
    },
    lineFor,
  };
}
