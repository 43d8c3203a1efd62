// Servers that are no SSH servers, or stop being one before the handshake.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What a server does with every connection. */
export type TcpFault =
  /** Accepts and never says a word. */
  | 'silent'
  /** Closes at once (FIN). */
  | 'closes'
  /** Resets at once (RST). */
  | 'resets'
  /** Answers as a web server that was spoken to in the wrong language. */
  | 'http'
  /** Sends an SSH identification and then nothing. */
  | 'stalls-after-ident'
  /** Sends an SSH identification, waits for the client's first bytes, and closes (FIN). */
  | 'closes-in-handshake';

const IDENT = 'SSH-2.0-OpenSSH_9.2\r\n';

/**
 * Ends a connection by RST. `resetAndDestroy` of Node sends a FIN before, and most clients see only that; the
 * mark that it sets, followed by `destroy`, sends the RST alone. It is not documented: a test holds us to it.
 */
export function reset(socket: Socket): void {
  Object.assign(socket, { resetAndClosing: true });
  socket.destroy();
}

const ACT: Readonly<Record<TcpFault, (socket: Socket) => void>> = {
  silent: () => {},
  closes: socket => void socket.end(),
  resets: reset,
  http: socket => void socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
  'stalls-after-ident': socket => void socket.write(IDENT),
  'closes-in-handshake': socket => {
    socket.write(IDENT);
    socket.once('data', () => socket.end());
  },
};

/** A listening server on the loopback interface. */
export interface TcpServer {
  readonly host: string;
  readonly port: number;
  readonly connections: () => number;
  /** Closes the port and every connection; safe to call twice. */
  readonly stop: () => Promise<void>;
}

/** Listens on a free port of a loopback address and hands every connection to `serve`; the sockets never cause an uncaught error. */
export async function listen(serve: (socket: Socket) => void, host = '127.0.0.1'): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, socket => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {}); // the client may go at any time
    socket.once('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    host,
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Starts a server with one fault. */
export const startTcpFault = (fault: TcpFault): Promise<TcpServer> =>
  listen(socket => {
    socket.resume(); // so that the client's FIN is seen
    ACT[fault](socket);
  });

/** A port of the loopback interface on which nothing listens (the kernel gave it out a moment ago). */
export async function closedPort(): Promise<number> {
  const server = await listen(() => {});
  await server.stop();
  return server.port;
}
