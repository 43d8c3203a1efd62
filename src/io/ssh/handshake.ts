// From the first packet to the server's consent to our key. ssh2 may emit `error` never, once or several times, and
// `close` without any: everything is noted down, and the first reason to end is the one that counts.

import type { Socket } from 'node:net';
import type { Client } from 'ssh2';
import type { Destination } from '../../domain/destination.ts';
import type { Failure } from '../../domain/failure.ts';
import type { HostKeyAlgorithm } from '../../domain/host-key-trust.ts';
import { CIPHERS, KEY_EXCHANGE, MACS } from './algorithms.ts';
import type { Authentication } from './authentication.ts';
import { handshakeFailure } from './handshake-failure.ts';
import type { HostKeyCheck } from './host-key-check.ts';
import type { Lifeline } from './lifeline.ts';

export interface Handshake {
  readonly destination: Destination;
  /** Connecting or connected. */
  readonly socket: Socket;
  readonly lifeline: Lifeline;
  readonly check: HostKeyCheck;
  readonly authentication: Authentication;
  readonly hostKeyAlgorithms: readonly HostKeyAlgorithm[];
}

/** Bytes that a server may send before it has let us in: banners, greetings, key exchanges. */
const PRE_AUTH_LIMIT = 1024 * 1024;
const GREETING_KEPT = 256;

export async function handshake(about: Handshake): Promise<Client | Failure> {
  const { destination, socket, lifeline, check, authentication } = about;
  const { host } = destination;
  const greeting: Buffer[] = [];
  let reached: 'connecting' | 'connected' | 'verified' | 'ready' = 'connecting';

  const giveUp = (error: Error | null): void => {
    const refusal = check.refusal();
    if (refusal) lifeline.end(refusal);
    else if (reached === 'ready')
      lifeline.end({ code: 'ssh/interrupted', host, detail: error?.message ?? '' });
    else {
      lifeline.end(
        handshakeFailure({
          destination,
          connected: reached !== 'connecting',
          handshakeDone: reached === 'verified',
          greeting: Buffer.concat(greeting).subarray(0, GREETING_KEPT),
          story: authentication.story(),
          error,
        }),
      );
    }
  };
  // Loading ssh2 takes tens of milliseconds, in which the TCP handshake goes on under our own eyes.
  watchConnecting(about, giveUp, () => {
    reached = 'connected';
  });
  const { default: ssh2 } = await import('ssh2');
  if (lifeline.isOver()) return lifeline.ended;

  const client = new ssh2.Client();
  const ready = new Promise<Client>(resolve => {
    // Never removed: a late error without a listener would end the whole program (mscdex/ssh2#1022).
    client.on('error', giveUp);
    client.on('close', () => setImmediate(() => giveUp(null)));
    client.on('handshake', () => {
      // Emitted again with every later key exchange.
      if (reached !== 'connected') return;
      reached = 'verified';
      lifeline.enter('authentication');
    });
    client.on('ready', () => {
      reached = 'ready';
      lifeline.enter('probe');
      resolve(client);
    });
  });
  watchGreeting(socket, greeting, () => {
    if (reached === 'ready') return false;
    if (socket.bytesRead <= PRE_AUTH_LIMIT) return true;
    lifeline.end({
      code: 'ssh/protocol',
      host,
      detail: `sent more than ${PRE_AUTH_LIMIT} bytes before authentication`,
    });
    return false;
  });
  try {
    client.connect({
      sock: socket,
      username: destination.user,
      readyTimeout: 0, // the lifeline keeps the time
      hostVerifier: check.verify,
      authHandler: authentication.handler(client),
      algorithms: {
        kex: [...KEY_EXCHANGE],
        cipher: [...CIPHERS],
        hmac: [...MACS],
        serverHostKey: [...about.hostKeyAlgorithms],
        compress: ['none'],
      },
    });
  } catch (error) {
    giveUp(error as Error);
  }
  return Promise.race([lifeline.ended, ready]);
}

/** The time until the TCP connection stands, which has a limit of its own. */
function watchConnecting(
  { destination, socket, lifeline }: Handshake,
  giveUp: (error: Error | null) => void,
  connected: () => void,
): void {
  const { host, port, connectTimeoutMs: afterMs } = destination;
  const timer = setTimeout(() => lifeline.end({ code: 'ssh/connect-timeout', host, port, afterMs }), afterMs);
  socket.on('error', giveUp);
  socket.on('close', () => {
    clearTimeout(timer);
    setImmediate(() => giveUp(null));
  });
  socket.once('connect', () => {
    clearTimeout(timer);
    connected();
    lifeline.enter('handshake');
  });
}

/** Keeps the first bytes from the server, as long as `goOn` says. */
function watchGreeting(socket: Socket, greeting: Buffer[], goOn: () => boolean): void {
  // ssh2 resumes the socket once its own reader is attached; a reader of ours before that would take its first bytes.
  socket.once('resume', () => {
    const read = (chunk: Buffer): void => {
      if (!goOn()) socket.off('data', read);
      else if (socket.bytesRead - chunk.length < GREETING_KEPT)
        greeting.push(chunk.subarray(0, GREETING_KEPT));
    };
    socket.on('data', read);
  });
}
