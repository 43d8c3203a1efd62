// The one door to ssh2: one connection, its deadline, its bounds. No event, error or option of ssh2 leaves this folder.

import type { Destination } from '../../domain/destination.ts';
import type { Failure } from '../../domain/failure.ts';
import { hostKeyAlgorithms, hostKeyTrust } from '../../domain/host-key-trust.ts';
import { type Connection, isFailure, type Ports } from '../../engine/ports.ts';
import { addressOf, type KnownHosts } from '../known-hosts-files.ts';
import { createAuthentication } from './authentication.ts';
import { exec } from './exec.ts';
import { handshake } from './handshake.ts';
import { createHostKeyCheck } from './host-key-check.ts';
import type { Identities } from './identities.ts';
import { createJumpHosts, type HopTrouble, jumpName, type Session } from './jump-hosts.ts';
import { createLifeline } from './lifeline.ts';
import { openTransport } from './open-transport.ts';
import type { Terminal } from './passphrases.ts';
import { sftp } from './sftp/sftp.ts';
import type { Transport } from './transport.ts';

/** What all connections of a run share. */
export interface SshSettings {
  readonly knownHosts: KnownHosts;
  readonly identities: Identities;
  /** Where a person can be asked; null for nowhere. */
  readonly terminal: Terminal | null;
  /** Told of the key of every server, once its handshake succeeded or its key was refused. */
  readonly sawHostKey?: (destination: Destination, key: Buffer) => void;
  /** Of proxy commands; without secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a jump host that could not be reached is tried again for later servers; `once` unless given. */
  readonly hopTrouble?: HopTrouble;
}

/**
 * The engine's way to servers. `close` is for when the run is over: it ends the connections to jump hosts, and waits for proxy
 * commands, since one that takes no notice of SIGHUP is killed half a second later, by us or by nobody.
 */
export type Connect = Ports['connect'] & { readonly close: () => Promise<void> };

/**
 * A hop that stalls keeps all servers behind it waiting, so that it has less time than a server with its probe: its connect
 * timeout once to be reached, and once more to let us in.
 */
const withHopDeadline = (hop: Destination): Destination => ({
  ...hop,
  timeoutMs: Math.min(hop.timeoutMs, 2 * hop.connectTimeoutMs),
});

/** A connection that is logged in, and what there is to tell about it. */
interface Login extends Session {
  readonly explain: Transport['explain'];
}

/** The engine's way to servers, by ssh2. */
export function createConnect(settings: SshSettings): Connect {
  const { knownHosts, identities, terminal, env } = settings;
  const running = new Set<Promise<void>>();
  const jumps = createJumpHosts((hop, signal) => logIn(withHopDeadline(hop), signal), settings.hopTrouble);

  const logIn = async (destination: Destination, signal: AbortSignal): Promise<Login | Failure> => {
    // Decrypting a key and reading known_hosts is our time, not the server's: no deadline runs yet.
    const offered = await identities(destination);
    if (isFailure(offered)) return offered;
    const known = await knownHosts.entriesFor(destination);
    if (isFailure(known)) return known;
    const address = addressOf(destination);
    const trust = hostKeyTrust(destination.hostKeys, known, address);
    const check = createHostKeyCheck({
      trust,
      address,
      policy: destination.hostKeyPolicy,
      files: knownHosts.filesFor(destination),
      direct: destination.via === null && destination.hostKeyAlias === null,
    });

    const { host, port, user, via, timeoutMs } = destination;
    // Nor while a jump host is reached, which has a deadline of its own.
    const hop = via?.kind === 'jump' ? via.hop : null;
    const jump = hop && (await jumps.reach(hop, signal));
    if (jump && isFailure(jump)) {
      const why = { kind: 'hop', failure: jump } as const;
      return { code: 'ssh/jump-failed', host, port, jump: jumpName(hop), why };
    }
    const lifeline = createLifeline({ host, timeoutMs, signal });
    const transport = await Promise.race([
      lifeline.ended,
      openTransport({ destination, lifeline, jump, env, running }),
    ]);
    if (isFailure(transport)) return transport;
    const authentication = createAuthentication({
      user,
      host,
      offered,
      terminal,
      hold: lifeline.hold,
    });
    const client = await handshake({
      destination,
      stream: transport.stream,
      lifeline,
      check,
      authentication,
      hostKeyAlgorithms: hostKeyAlgorithms(trust),
    });
    const presented = check.presented();
    if (presented !== null) settings.sawHostKey?.(destination, presented);
    if (isFailure(client)) return transport.explain(client);

    const learnt = check.accepted();
    const warning = learnt && (await knownHosts.learn(destination, learnt));
    return {
      hop: destination,
      client,
      lifeline,
      warnings: [
        ...(jump?.warnings ?? []),
        ...authentication.warnings(),
        ...(warning === null ? [] : [warning]),
      ],
      explain: transport.explain,
      end: () => {
        if (!lifeline.isOver()) client.end();
        lifeline.finish();
      },
    };
  };

  const connect: Ports['connect'] = async (destination, signal) => {
    const login = await logIn(destination, signal);
    if (isFailure(login)) return login;
    const { client, lifeline, warnings, explain } = login;
    const { host } = destination;
    return {
      warnings,
      exec: async (command, maxBytes, input) => {
        const limits = { host, maxBytes, lifeline, input: input ?? null };
        const execution = await exec(client, command, limits);
        return isFailure(execution) ? explain(execution) : execution;
      },
      sftp: async use => {
        const result = await sftp(client, { host, lifeline }, use);
        return result !== null && isFailure(result) ? explain(result) : result;
      },
      hold: lifeline.hold,
      rest: lifeline.rest,
      close: login.end,
    } satisfies Connection;
  };
  const close = async (): Promise<void> => {
    jumps.close();
    await Promise.all(running);
  };
  return Object.assign(connect, { close });
}
