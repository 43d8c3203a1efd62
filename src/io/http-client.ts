import type { Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';

/** One keep-alive HTTP client for a run, made when it is first asked for. */
export interface HttpClient {
  readonly dispatcher: () => Promise<Dispatcher>;
  /** Destroys every connection, also those that are still being opened. */
  readonly destroy: () => Promise<void>;
}

/** How to connect. `noProxy` is the value of NO_PROXY; undici knows hosts and suffixes in it, but no CIDR blocks. */
export interface HttpClientSettings {
  readonly proxy: URL | null;
  readonly noProxy: string;
  readonly connectTimeoutMs: number;
}

/** Loads undici on first use: that takes longer than the rest of the start, and most runs post nothing. */
export function createHttpClient(settings: HttpClientSettings): HttpClient {
  const open = new Set<Socket>();
  let made: Promise<Dispatcher> | null = null;
  return {
    dispatcher: () => {
      made ??= make(settings, open);
      return made;
    },
    destroy: async () => {
      const destroyed = (await made)?.destroy();
      // undici leaves a socket that is still connecting, or in its TLS handshake, to the time limit.
      for (const socket of open) socket.destroy(new Error('the run is over'));
      await destroyed;
    },
  };
}

async function make(settings: HttpClientSettings, open: Set<Socket>): Promise<Dispatcher> {
  const { proxy, noProxy, connectTimeoutMs: timeout } = settings;
  const { Agent, EnvHttpProxyAgent, Pool, buildConnector } = await import('undici');
  const connect = noting(open, buildConnector({ timeout }));
  if (proxy === null) return new Agent({ connect });
  return new EnvHttpProxyAgent({
    connect,
    // To the proxy; TLS within a tunnel ends with the tunnel's socket.
    clientFactory: (origin, options) => new Pool(origin, { ...options, connect }),
    requestTls: { timeout },
    // All three are given, so that undici does not read the environment; only one scheme is ever asked for.
    httpProxy: proxy.href,
    httpsProxy: proxy.href,
    noProxy,
  });
}

/**
 * Keeps the sockets that are open in a set. Not an abort signal for all of them: Node lets go of a socket that was given one
 * only with the signal itself (`node:net`, Node 20), and a watch opens sockets for months.
 */
function noting(open: Set<Socket>, connector: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    // Its type does not tell that it returns the socket.
    const socket = connector(options, callback) as unknown as Socket;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    return socket;
  };
}
