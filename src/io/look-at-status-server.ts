// Whether a status server is there, without storing anything in it: a GET of what dashboards read.

import { deliveryHint } from '../domain/delivery-hint.ts';
import { troubleText } from '../domain/delivery-text.ts';
import type { Finding } from '../domain/diagnosis.ts';
import { bearerToken, statusEndpoint } from '../domain/status-endpoint.ts';
import { createHttpClient } from './http-client.ts';
import { postOnce } from './post-once.ts';
import type { PosterSettings } from './post-status.ts';
import { proxyFor, shownProxy } from './status-proxy.ts';

const TIMEOUT_MS = 10_000;

/** Throws UserError for a URL, token or proxy that cannot work. */
export async function lookAtStatusServer(settings: PosterSettings): Promise<Finding> {
  const target = statusEndpoint(settings.url);
  const endpoint = new URL('../status.json', target);
  const token = bearerToken(settings.token);
  const proxy = proxyFor(target, settings.proxy);
  const client = createHttpClient({
    proxy,
    noProxy: settings.proxy.noProxy ?? '',
    connectTimeoutMs: TIMEOUT_MS,
  });
  const request = {
    method: 'GET',
    endpoint,
    headers: {},
    body: null,
    timeoutMs: TIMEOUT_MS,
    secrets: token === null ? [] : [token],
  } as const;
  const trouble = await postOnce(await client.dispatcher(), request, settings.signal);
  await client.destroy();

  const step = 'status server';
  if (trouble.kind === 'accepted') return { state: 'passed', step, text: `${endpoint.href} answers` };
  if (trouble.kind === 'cut-short') return { state: 'not-reached', step };
  // The original server may show its statuses elsewhere: any answer but a refusal proves that it is there.
  if (trouble.kind === 'answer' && trouble.status === 404) {
    return { state: 'noticed', step, text: `${endpoint.origin} answers, but has no ${endpoint.pathname}` };
  }
  const about = {
    receiver: 'status-server' as const,
    server: '',
    endpoint,
    tokenSent: token !== null,
    proxy: shownProxy(proxy),
    attempts: 1,
  };
  return {
    state: 'broken',
    step,
    text: `GET ${endpoint.href}: ${troubleText(trouble)}`,
    hint: deliveryHint({ ...about, trouble, gaveUp: { why: 'permanent' } }),
  };
}
