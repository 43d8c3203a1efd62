// From the first packet to the server's consent to our key. ssh2 may emit `error` never, once or several times, and
// `close` without any: everything is noted down, and the first reason to end is the one that counts.

import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { Destination } from '../../domain/destination.ts';
import type { Failure } from '../../domain/failure.ts';
import type { HostKeyAlgorithm } from '../../domain/host-key-trust.ts';
import { CIPHERS, KEY_EXCHANGE, MACS } from './algorithms.ts';
import type { Authentication } from './authentication.ts';
import { gatherWrites } from './gather-writes.ts';
import { goodbye, handshakeFailure, type Trouble, wordsOf } from './handshake-failure.ts';
import type { HostKeyCheck } from './host-key-check.ts';
import { passOverHostKeyOffers } from './host-key-offers.ts';
import type { Lifeline } from './lifeline.ts';
import { loadClient } from './load-client.ts';
import { guardAgainstNoise } from './noise-guard.ts';
import { onDisconnect, softwareOf } from './ssh2-internals.ts';

export interface Handshake {
  readonly destination: Destination;
  /** Connected, and nothing was read from it. */
  readonly stream: Duplex;
  readonly lifeline: Lifeline;
  readonly check: HostKeyCheck;
  readonly authentication: Authentication;
  readonly hostKeyAlgorithms: readonly HostKeyAlgorithm[];
}

/** Bytes that a server may send before it has let us in: banners, greetings, key exchanges. */
const PRE_AUTH_LIMIT = 1024 * 1024;
const GREETING_KEPT = 256;

export async function handshake(about: Handshake): Promise<Client | Failure> {
  const { destination, stream, lifeline, check, authentication } = about;
  const { host } = destination;
  const greeting: Buffer[] = [];
  let reached: 'connected' | 'verified' | 'ready' = 'connected';

  /** Known as soon as the server has said that it speaks SSH. */
  let software = (): string => '';

  /** Its reason to end the connection; kept, because what it said before that may still count. */
  let farewell: Trouble | null = null;

  const giveUp = (trouble: Trouble | null): void => {
    const error = farewell ?? trouble;
    const refusal = check.refusal();
    if (refusal) lifeline.end(refusal);
    else if (reached === 'ready')
      lifeline.end({ code: 'ssh/interrupted', host, detail: error ? wordsOf(error) : '' });
    else {
      lifeline.end(
        handshakeFailure({
          destination,
          identified: software() !== '',
          handshakeDone: reached === 'verified',
          greeting: Buffer.concat(greeting).subarray(0, GREETING_KEPT),
          story: authentication.story(),
          error,
        }),
      );
    }
  };
  lifeline.enter('handshake');
  stream.on('error', giveUp);
  stream.on('close', () => setImmediate(() => giveUp(null)));
  const SshClient = await loadClient();
  if (lifeline.isOver()) return lifeline.ended;

  const client = new SshClient();
  software = () => softwareOf(client);
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
      guardAgainstNoise(client, stream, detail => lifeline.end({ code: 'ssh/protocol', host, detail }));
      resolve(client);
    });
  });
  passOverHostKeyOffers(client);
  gatherWrites(stream);
  watchGreeting(stream, greeting, received => {
    if (reached === 'ready') return false;
    if (received <= PRE_AUTH_LIMIT) return true;
    giveUp(new Error(`sent more than ${PRE_AUTH_LIMIT} bytes before authentication`));
    return false;
  });
  try {
    client.connect({
      sock: stream,
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
    onDisconnect(client, (reason, description) => {
      farewell ??= goodbye(reason, description);
    });
  } catch (error) {
    giveUp(error as Error);
  }
  return Promise.race([lifeline.ended, ready]);
}

/** Keeps the first bytes from the server, as long as `goOn` says. */
function watchGreeting(stream: Duplex, greeting: Buffer[], goOn: (received: number) => boolean): void {
  let received = 0;
  // ssh2 resumes the stream once its own reader is attached; a reader of ours before that would take its first bytes.
  stream.once('resume', () => {
    const read = (chunk: Buffer): void => {
      if (received < GREETING_KEPT) greeting.push(chunk.subarray(0, GREETING_KEPT));
      received += chunk.length;
      if (!goOn(received)) stream.off('data', read);
    };
    // Before ssh2 reads them, so that its judgement finds them here.
    stream.prependListener('data', read);
  });
}
