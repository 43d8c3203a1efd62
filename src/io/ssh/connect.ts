// The one door to ssh2: one connection, its deadline, its bounds. No event, error or option of ssh2 leaves this folder.

import { hostKeyAlgorithms, hostKeyTrust } from '../../domain/host-key-trust.ts';
import { type Connection, isFailure, type Ports } from '../../engine/ports.ts';
import { addressOf, type KnownHosts } from '../known-hosts-files.ts';
import { createAuthentication } from './authentication.ts';
import { exec } from './exec.ts';
import { handshake } from './handshake.ts';
import { createHostKeyCheck } from './host-key-check.ts';
import type { Identities } from './identities.ts';
import { createLifeline } from './lifeline.ts';
import { openSocket } from './open-socket.ts';
import type { Terminal } from './passphrases.ts';
import { sftp } from './sftp/sftp.ts';

/** What all connections of a run share. */
export interface SshSettings {
  readonly knownHosts: KnownHosts;
  readonly identities: Identities;
  /** Where a person can be asked; null for nowhere. */
  readonly terminal: Terminal | null;
}

/** The engine's way to servers, by ssh2. */
export function createConnect({ knownHosts, identities, terminal }: SshSettings): Ports['connect'] {
  return async (destination, signal) => {
    // Decrypting a key and reading known_hosts is our time, not the server's: no deadline runs yet.
    const offered = await identities(destination);
    if (isFailure(offered)) return offered;
    const known = await knownHosts.entriesFor(destination);
    if (isFailure(known)) return known;
    const address = addressOf(destination);
    const trust = hostKeyTrust(destination.hostKeys, known, address);
    const policy = destination.hostKeyPolicy;
    const check = createHostKeyCheck({ trust, address, policy, files: knownHosts.filesFor(destination) });

    const { host, user, timeoutMs } = destination;
    const socket = openSocket(destination);
    const lifeline = createLifeline(socket, { host, timeoutMs, signal });
    const authentication = createAuthentication({
      user,
      host,
      offered,
      terminal,
      hold: lifeline.hold,
    });
    const client = await handshake({
      destination,
      socket,
      lifeline,
      check,
      authentication,
      hostKeyAlgorithms: hostKeyAlgorithms(trust),
    });
    if (isFailure(client)) return client;

    const learnt = check.accepted();
    const warning = learnt && (await knownHosts.learn(destination, learnt));
    return {
      warnings: [...authentication.warnings(), ...(warning === null ? [] : [warning])],
      exec: (command, maxBytes, input) =>
        exec(client, command, { host, maxBytes, lifeline, input: input ?? null }),
      sftp: use => sftp(client, { host, lifeline }, use),
      hold: lifeline.hold,
      close: () => {
        if (!lifeline.isOver()) client.end();
        lifeline.finish();
      },
    } satisfies Connection;
  };
}
