// One try to deliver a status. Whatever the receiver does, it is over when the time limit passes or the signal aborts.
//
// A 2xx counts from its status line: the receiver has said that it took the status, and how the rest of its answer ends
// changes nothing. Redirects are never followed: that would turn the POST into a GET.

import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Trouble } from '../domain/delivery-trouble.ts';
import { networkTrouble } from './network-trouble.ts';

/** A request as it is sent with every try. A GET has no body. */
export interface StatusRequest {
  readonly method: 'POST' | 'PUT' | 'GET';
  readonly endpoint: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
  /** Taken out of everything that the receiver says, which may echo them: those first that hold others. */
  readonly secrets: readonly string[];
}

/** `cut-short`: the signal aborted before there was an answer. */
export type Attempt =
  | { readonly kind: 'accepted'; readonly status: number }
  | { readonly kind: 'cut-short' }
  | Trouble;

/** Bytes of a body that are read; a longer one costs the connection. */
const MAX_BODY = 16 * 1024;

/** Sends the request once. Never throws. */
export async function postOnce(
  dispatcher: Dispatcher,
  request: StatusRequest,
  signal: AbortSignal,
): Promise<Attempt> {
  if (signal.aborted) return { kind: 'cut-short' };
  const limit = new AbortController();
  const end = (): void => limit.abort();
  const timer = setTimeout(end, request.timeoutMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await read(await send(dispatcher, request, limit.signal), request);
  } catch (error) {
    if (signal.aborted) return { kind: 'cut-short' };
    if (limit.signal.aborted) return { kind: 'no-answer', afterMs: request.timeoutMs };
    return networkTrouble(error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

/** undici heeds an abort only once it is connected, so the signal is raced as well. */
function send(
  dispatcher: Dispatcher,
  { method, endpoint, headers, body }: StatusRequest,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const response = dispatcher.request({
    origin: endpoint.origin,
    path: endpoint.pathname + endpoint.search,
    method,
    headers,
    body,
    signal,
    // The signal is the time limit; undici's own timers are coarse.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([response, aborted]);
}

async function read(response: Dispatcher.ResponseData, request: StatusRequest): Promise<Attempt> {
  const body = await beginning(response.body);
  const status = response.statusCode;
  if (status >= 200 && status < 300) return { kind: 'accepted', status };
  const clean = (text: string): string =>
    request.secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, '***'), text);
  return {
    kind: 'answer',
    status,
    body: clean(body),
    location: location(clean(header(response, 'location') ?? ''), request.endpoint),
    retryAfter: header(response, 'retry-after'),
  };
}

/** Reads the body so that the connection can be used again; what comes before an error or the limit is enough. */
async function beginning(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  body.on('error', () => {});
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_BODY) break;
    }
  } catch {
    // The answer stands without the rest of its body.
  }
  // undici frees a connection one turn of the event loop after its answer; a post before that would open another one.
  await setImmediate();
  return Buffer.concat(chunks).toString('utf8', 0, MAX_BODY);
}

function header(response: Dispatcher.ResponseData, name: string): string | null {
  const value = response.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** Login redirects carry state in their query, and a URL may carry a password: neither is kept. */
function location(value: string, endpoint: URL): string | null {
  if (value === '' || !URL.canParse(value, endpoint.href)) return null;
  const { protocol, host, pathname } = new URL(value, endpoint);
  return `${protocol}//${host}${pathname}`;
}
