// A relay in front of a server that counts round trips: how often the client had to wait for the server before it could
// go on. Each direction is delayed, so that what crosses in flight is not taken for an answer.

import { connect, type Socket } from 'node:net';
import { listen, type TcpServer } from './fault-tcp.ts';

export interface CountingRelay extends TcpServer {
  /** Round trips of the last connection, after the TCP connect. */
  readonly roundTrips: () => number;
}

/**
 * Starts a relay; `delayMs` is for each direction. A round trip begins with bytes of the client and ends with bytes that
 * the server can have sent in answer to them; what the client sends meanwhile belongs to the same round trip.
 */
export async function startCountingRelay(
  { host, port }: { readonly host: string; readonly port: number },
  delayMs: number,
): Promise<CountingRelay> {
  let roundTrips = 0;
  const relay = await listen(client => {
    const server = connect({ host, port, noDelay: true });
    let startedAt = Number.NEGATIVE_INFINITY;
    let answered = true;
    roundTrips = 0;
    client.on('data', chunk => {
      // Timers may fire a little early; nothing that was sent without an answer comes nearly as late.
      if (performance.now() - startedAt > 1.8 * delayMs) {
        startedAt = performance.now();
        answered = false;
      }
      later(delayMs, () => server.write(chunk), server);
    });
    server.on('data', chunk => {
      if (!answered && performance.now() - startedAt > 0.9 * delayMs) {
        answered = true;
        roundTrips += 1;
      }
      later(delayMs, () => client.write(chunk), client);
    });
    client.on('end', () => later(delayMs, () => server.end(), server));
    server.on('end', () => later(delayMs, () => client.end(), client));
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
  });
  return { ...relay, roundTrips: () => roundTrips };
}

function later(delayMs: number, act: () => unknown, socket: Socket): void {
  setTimeout(() => {
    if (!socket.destroyed) act();
  }, delayMs);
}
