import { setMaxListeners } from 'node:events';
import type { Dispatcher } from 'undici';

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
  const open = new AbortController();
  setMaxListeners(0, open.signal);
  let made: Promise<Dispatcher> | null = null;
  return {
    dispatcher: () => {
      made ??= make(settings, open.signal);
      return made;
    },
    destroy: async () => {
      open.abort();
      await (await made)?.destroy();
    },
  };
}

async function make(settings: HttpClientSettings, signal: AbortSignal): Promise<Dispatcher> {
  const { proxy, noProxy, connectTimeoutMs } = settings;
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  // Without the signal undici leaves a socket that is still connecting, or in its TLS handshake, to the time limit.
  const connect = { timeout: connectTimeoutMs, signal };
  if (proxy === null) return new Agent({ connect });
  return new EnvHttpProxyAgent({
    connect,
    proxyTls: connect,
    requestTls: connect,
    // All three are given, so that undici does not read the environment; only one scheme is ever asked for.
    httpProxy: proxy.href,
    httpsProxy: proxy.href,
    noProxy,
  });
}
