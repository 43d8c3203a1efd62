// HTTP before the answers: whatever a client does is bounded, in time, in size, and in number.

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { escapeText } from '../../domain/escape.ts';
import type { ListenAddress } from '../../domain/listen-address.ts';
import { UserError } from '../../domain/user-error.ts';
import { errorCode } from '../file-trouble.ts';
import { createAddressShares } from './address-shares.ts';
import { type Answer, type Room, respond } from './answer.ts';
import type { AnswerRequest } from './answer-request.ts';

/** Bounds on clients. Times are milliseconds. */
export interface HttpLimits {
  /** For the headers of a request, from its first byte on. */
  readonly headersMs: number;
  /** For a whole request; twice that for an answer of which nothing is taken. */
  readonly requestMs: number;
  /** For a connection between two requests. */
  readonly idleMs: number;
  /** How often the first two are looked after. */
  readonly lookMs: number;
  readonly connections: number;
  /** Of those from one client. */
  readonly connectionsEach: number;
  /** Bytes of large answers that their clients have not taken: of all made for one client, and of those that are shared. */
  readonly unsentBytes: number;
  /** For requests that are under way when the server stops. */
  readonly stopMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 20_000,
  lookMs: 1000,
  connections: 512,
  // More than the browsers of an office behind one address have, or a proxy needs.
  connectionsEach: 128,
  unsentBytes: 64 * 1024 ** 2,
  stopMs: 10_000,
};

/** Answers up to this size go out in any case: to posters and to those who ask whether we live. */
const SMALL_BYTES = 64 * 1024;

/** HTTP that is served. */
export interface Listening {
  readonly port: number;
  /** Takes no new request, and resolves when those under way are answered, or cut after their time. */
  readonly stop: () => Promise<void>;
}

/** What answers requests, and where it is told that it could not. */
export interface Counter {
  readonly answers: AnswerRequest;
  readonly tell: (sentence: string) => void;
}

/** Resolves when it listens. Throws UserError for an address that cannot be used. */
export async function listenHttp(
  { answers, tell }: Counter,
  address: ListenAddress,
  limits: HttpLimits,
): Promise<Listening> {
  let stopping = false;
  const [open, busy] = [new Set<Socket>(), new Set<Socket>()];
  const room = { own: roomFor(limits.unsentBytes), shared: roomFor(limits.unsentBytes) };
  const listener: RequestListener = (request, response) => {
    busy.add(request.socket);
    response.once('close', () => busy.delete(request.socket));
    const reply = (answer: Answer): void =>
      respond(request, response, { answer, last: stopping || !request.complete, room });
    answers(request)
      .then(reply)
      .catch((error: unknown) => {
        response.destroy();
        // The client went away before its body ended. Anything else is a bug, which the others need not suffer from.
        if (errorCode(error) !== 'ECONNRESET')
          tell(`a request could not be answered: ${escapeText(`${error}`)}`);
      });
  };
  const {
    headersMs: headersTimeout,
    requestMs: requestTimeout,
    lookMs: connectionsCheckingInterval,
  } = limits;
  const server = createServer({ headersTimeout, requestTimeout, connectionsCheckingInterval }, listener);
  server.maxConnections = limits.connections;
  // Longer than dashboards and checks pause: a connection that is closed just when it is used again is a request lost.
  server.keepAliveTimeout = limits.idleMs;
  // Later than the time limit of a request, which can still be told.
  server.timeout = requestTimeout * 2;
  const shares = createAddressShares(limits.connectionsEach);
  server.on('connection', (socket: Socket) => {
    // Not there any more once the socket is closed.
    const address = socket.remoteAddress ?? '';
    if (!shares.take(address)) {
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      shares.leave(address);
    });
  });
  await bind(server, address);
  server.on('error', () => {}); // A connection that could not be accepted is its client's trouble alone.
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      stopping = true;
      const closed = new Promise(resolve => server.close(resolve));
      for (const socket of open) if (!busy.has(socket)) socket.destroy();
      const cut = setTimeout(() => server.closeAllConnections(), limits.stopMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

/**
 * Reading needs no token, and who asks without taking the answers must not fill the memory with them. A body that several
 * answers share counts once; a new one is made with each change, while others may still wait for the old one to be taken.
 */
function roomFor(limit: number): Room {
  const takers = new Map<Buffer, number>();
  let kept = 0;
  return (body, response) => {
    if (body.length <= SMALL_BYTES) return true;
    const others = takers.get(body) ?? 0;
    if (others === 0 && kept > 0 && kept + body.length > limit) return false;
    if (others === 0) kept += body.length;
    takers.set(body, others + 1);
    response.once('close', () => {
      const left = (takers.get(body) ?? 0) - 1;
      if (left > 0) takers.set(body, left);
      else {
        takers.delete(body);
        kept -= body.length;
      }
    });
    return true;
  };
}

const LISTEN_HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Something listens there already: stop it, or choose another port with --listen.',
  EACCES: 'This user may not use that port: choose one above 1023 with --listen.',
  EADDRNOTAVAIL: 'No interface of this machine has that address: correct --listen.',
};

async function bind(server: Server, { host, port }: ListenAddress): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const code = errorCode(error) ?? '';
    throw new UserError(
      `cannot listen on ${escapeText(host)} port ${port}: ${code}`,
      LISTEN_HINTS[code] ?? 'Correct --listen.',
    );
  }
}
