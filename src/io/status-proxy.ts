import { UserError } from '../domain/user-error.ts';

/** The proxy variables of the environment; null where one is not set. */
export interface ProxySettings {
  readonly httpProxy: string | null;
  readonly httpsProxy: string | null;
  readonly noProxy: string | null;
}

/** Reads `http_proxy`, `https_proxy` and `no_proxy`; lower case wins, also when it is empty. */
export const proxySettings = (env: Readonly<Record<string, string | undefined>>): ProxySettings => ({
  httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? null,
  httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? null,
  noProxy: env.no_proxy ?? env.NO_PROXY ?? null,
});

/** The proxy for the scheme of the endpoint, or null. A value without a scheme is a host. Throws UserError. */
export function proxyFor(endpoint: URL, settings: ProxySettings): URL | null {
  const [name, setting] =
    endpoint.protocol === 'https:'
      ? ['HTTPS_PROXY', settings.httpsProxy]
      : ['HTTP_PROXY', settings.httpProxy];
  const value = setting?.trim() ?? '';
  if (value === '') return null;
  const proxy = parse(value.includes('://') ? value : `http://${value}`);
  if (proxy !== null) return proxy;
  throw new UserError(
    `${name} is not the URL of an HTTP proxy`,
    `Set ${name} to http://HOST:PORT, or to nothing if ${endpoint.host} is reached directly.`,
  );
}

/** Null for what undici would refuse later: another scheme, or a password with a broken percent escape. */
function parse(text: string): URL | null {
  try {
    const url = new URL(text);
    decodeURIComponent(url.username + url.password);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
  } catch {
    return null;
  }
}

/** A proxy as texts may show it: without user and password. */
export const shownProxy = (proxy: URL | null): string | null => proxy && `${proxy.protocol}//${proxy.host}`;
