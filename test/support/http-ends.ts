// The other ends that a poster can meet: an HTTP server that answers from a script, and bare sockets for everything that
// no HTTP library would do. All listen on a free port of 127.0.0.1 and are gone when the test is over.

import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Scripted {
  readonly url: string;
  readonly port: number;
  readonly seen: readonly Seen[];
  /** Every connection that was ever accepted. */
  readonly sockets: readonly Socket[];
}

/** What is answered to one request; the last one is repeated for ever. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export async function scriptedServer(...answers: readonly Answer[]): Promise<Scripted> {
  const seen: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const answer = answers[Math.min(seen.length, answers.length - 1)] ?? { status: 200 };
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    });
  };
  return { ...(await listen(createServer(listener))), seen };
}

/** Hands every connection to `talk`, and discards what is sent on it. */
export const rawServer = (talk: (socket: Socket) => void): Promise<Omit<Scripted, 'seen'>> =>
  listen(
    createNetServer(socket => {
      talk(socket);
      socket.resume();
    }),
  );

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createNetServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Resolves when the other side has ended every connection; the test's time limit is the alternative. */
export const allClosed = (sockets: readonly Socket[]): Promise<unknown> =>
  Promise.all(
    sockets.map(socket => socket.destroyed || new Promise<void>(done => socket.once('close', () => done()))),
  );

export async function listen(server: Server): Promise<Omit<Scripted, 'seen'>> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise(resolve => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, sockets };
}
