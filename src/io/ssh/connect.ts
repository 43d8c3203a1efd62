// The one door to ssh2: one connection, its deadline, its bounds. No event, error or option of ssh2 leaves this folder.

import type { Socket } from 'node:net';
import type { Client, ConnectConfig } from 'ssh2';
import type { Failure } from '../../domain/failure.ts';
import { hostKeyAlgorithms, hostKeyTrust } from '../../domain/host-key-trust.ts';
import { type Connection, isFailure, type Ports, type Target } from '../../engine/ports.ts';
import type { KnownHosts } from '../known-hosts-files.ts';
import { CIPHERS, KEY_EXCHANGE, MACS } from './algorithms.ts';
import { createAuthentication } from './authentication.ts';
import { exec } from './exec.ts';
import { type HandshakeFacts, handshakeFailure } from './handshake-failure.ts';
import { createHostKeyCheck, type HostKeyCheck } from './host-key-check.ts';
import { createLifeline, type Lifeline } from './lifeline.ts';
import { openSocket } from './open-socket.ts';
import type { PrivateKey, PrivateKeys } from './private-keys.ts';

/** What all connections of a run share. */
export interface SshSettings {
  readonly knownHosts: KnownHosts;
  readonly privateKeys: PrivateKeys;
}

/** Bytes that a server may send before it has let us in: banners, greetings, key exchanges. */
const PRE_AUTH_LIMIT = 1024 * 1024;
const GREETING_KEPT = 256;

/** The engine's way to servers, by ssh2. */
export function createConnect({ knownHosts, privateKeys }: SshSettings): Ports['connect'] {
  return async (target, signal) => {
    const { server, destination } = target;
    // Decrypting a key and reading known_hosts is our time, not the server's: no deadline runs yet.
    const keys = await privateKeys(server.ssh.identityFile);
    if (isFailure(keys)) return keys;
    const known = await knownHosts.entriesFor(server);
    if (isFailure(known)) return known;
    const address = { host: destination.host, port: destination.port, alias: null };
    const trust = hostKeyTrust(server.hostKeys, known, address);
    const check = createHostKeyCheck({
      trust,
      address,
      policy: server.ssh.hostKeyPolicy,
      files: knownHosts.filesFor(server),
    });

    const socket = openSocket(destination);
    const { host } = destination;
    const lifeline = createLifeline(socket, { host, timeoutMs: server.ssh.timeoutMs, signal });
    const algorithms = { ...ALGORITHMS, serverHostKey: [...hostKeyAlgorithms(trust)] };
    const opened = await handshake({ target, socket, lifeline, check, keys, algorithms });
    if (isFailure(opened)) return opened;

    const learnt = check.accepted();
    const warning = learnt && (await knownHosts.learn(server, learnt));
    return {
      warnings: warning === null ? [] : [warning],
      exec: (command, maxBytes) => exec(opened, command, { host, maxBytes, lifeline }),
      close: () => {
        if (!lifeline.isOver()) opened.end();
        lifeline.finish();
      },
    } satisfies Connection;
  };
}

const ALGORITHMS = {
  kex: [...KEY_EXCHANGE],
  cipher: [...CIPHERS],
  hmac: [...MACS],
  compress: ['none' as const],
};

interface Attempt {
  readonly target: Target;
  readonly socket: Socket;
  readonly lifeline: Lifeline;
  readonly check: HostKeyCheck;
  readonly keys: readonly PrivateKey[];
  readonly algorithms: NonNullable<ConnectConfig['algorithms']>;
}

/** From the first packet to the server's consent to our key. */
async function handshake(attempt: Attempt): Promise<Client | Failure> {
  const { target, socket, lifeline, check } = attempt;
  const { destination } = target;
  // Loading ssh2 takes tens of milliseconds, in which the TCP handshake goes on. Nobody listens to the socket yet.
  socket.on('error', error => giveUp(error));
  socket.on('close', () => setImmediate(() => giveUp(null)));
  socket.on('connect', () => lifeline.enter('handshake'));
  const connectTimer = setTimeout(() => {
    const afterMs = target.server.ssh.connectTimeoutMs;
    if (socket.connecting)
      lifeline.end({ code: 'ssh/connect-timeout', host: destination.host, port: destination.port, afterMs });
  }, target.server.ssh.connectTimeoutMs);
  socket.once('close', () => clearTimeout(connectTimer));
  socket.once('connect', () => clearTimeout(connectTimer));

  const greeting: Buffer[] = [];
  const auth = createAuthentication(destination.user, attempt.keys);
  let handshakeDone = false;
  let ready = false;
  const facts = (error: Error | null): HandshakeFacts => ({
    destination,
    connected: !socket.connecting && lifeline.phase() !== 'connect',
    handshakeDone,
    greeting: Buffer.concat(greeting).subarray(0, GREETING_KEPT),
    offered: auth.offered(),
    methods: auth.methods(),
    error,
  });
  const giveUp = (error: Error | null): void => {
    const refusal = check.refusal();
    if (refusal) lifeline.end(refusal);
    else if (ready)
      lifeline.end({ code: 'ssh/interrupted', host: destination.host, detail: error?.message ?? '' });
    else lifeline.end(handshakeFailure(facts(error)));
  };

  const { default: ssh2 } = await import('ssh2');
  if (lifeline.isOver()) return lifeline.ended;
  const client = new ssh2.Client();
  const opened = new Promise<Client>(resolve => {
    // Never removed: a late error without a listener would end the whole program (mscdex/ssh2#1022).
    client.on('error', giveUp);
    client.on('close', () => setImmediate(() => giveUp(null)));
    client.on('handshake', () => {
      handshakeDone = true;
      if (!ready) lifeline.enter('authentication');
    });
    client.on('ready', () => {
      ready = true;
      lifeline.enter('probe');
      resolve(client);
    });
    // ssh2 resumes the socket once its own reader is attached; a reader of ours before that would take its first bytes.
    socket.once('resume', () => {
      const watch = (chunk: Buffer): void => {
        if (ready) socket.off('data', watch);
        else if (socket.bytesRead > PRE_AUTH_LIMIT) {
          lifeline.end({
            code: 'ssh/protocol',
            host: destination.host,
            detail: `more than ${PRE_AUTH_LIMIT} bytes before authentication`,
          });
        } else if (socket.bytesRead - chunk.length < GREETING_KEPT)
          greeting.push(chunk.subarray(0, GREETING_KEPT));
      };
      socket.on('data', watch);
    });
    try {
      client.connect({
        sock: socket,
        username: destination.user,
        readyTimeout: 0, // the lifeline keeps the time
        hostVerifier: check.verify,
        algorithms: attempt.algorithms,
        authHandler: auth.next,
      });
    } catch (error) {
      giveUp(error as Error);
    }
  });
  return Promise.race([lifeline.ended, opened]);
}
