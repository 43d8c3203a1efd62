// Tells people of changes: one POST for each, one after the other, with the retries of a status. What cannot be told is
// named on stderr and given up; the history has it all the same. Nothing here ever holds up a status.
//
// The URL may be a secret as a whole (chat services do that), so only its host is ever named.

import { setTimeout as wait } from 'node:timers/promises';
import { troubleText } from '../../domain/delivery-text.ts';
import { escapeText } from '../../domain/escape.ts';
import { UserError } from '../../domain/user-error.ts';
import type { WebhookBody } from '../../domain/webhook-body.ts';
import { createDeliveryTime } from '../delivery-time.ts';
import { createHttpClient } from '../http-client.ts';
import { type PosterClock, postWithRetries } from '../post-with-retries.ts';
import { SYSTEM_CLOCK } from '../status-poster.ts';
import { type ProxySettings, proxyFor } from '../status-proxy.ts';

/** Where and how changes are told. */
export interface WebhookSettings {
  readonly url: string;
  readonly proxy: ProxySettings;
  /** Version of sshdrift, for the user-agent. */
  readonly version: string;
  /** Takes a sentence for the operator's log, safe to print. */
  readonly tell: (sentence: string) => void;
}

/** Sends until it is closed. */
export interface Webhooks {
  readonly send: (body: WebhookBody) => void;
  /** Gives what is still waiting `ms` milliseconds, and names what is left then. */
  readonly close: (ms: number) => Promise<void>;
}

/** Changes that may wait. */
const MAX_WAITING = 1000;

const ATTEMPT_MS = 10_000;
const DEADLINE_MS = 60_000;

/** Throws UserError for a URL or a proxy that cannot work; contacts nobody before the first change. */
export function createWebhooks(settings: WebhookSettings, clock: PosterClock = SYSTEM_CLOCK): Webhooks {
  const { tell, version } = settings;
  const endpoint = webhookUrl(settings.url);
  const host = escapeText(endpoint.host);
  const client = createHttpClient({
    proxy: proxyFor(endpoint, settings.proxy),
    noProxy: settings.proxy.noProxy ?? '',
    connectTimeoutMs: ATTEMPT_MS,
  });
  const ending = new AbortController();
  const waiting: WebhookBody[] = [];
  let working: Promise<void> | null = null;

  const secrets = secretsOf(endpoint);
  const deliver = async (body: WebhookBody): Promise<void> => {
    const time = createDeliveryTime(DEADLINE_MS, ending.signal);
    time.start();
    const outcome = await postWithRetries(
      {
        method: 'POST',
        endpoint,
        headers: { 'content-type': 'application/json', 'user-agent': `sshdrift/${version}` },
        body: JSON.stringify(body),
        timeoutMs: ATTEMPT_MS,
        secrets,
      },
      { dispatcher: await client.dispatcher(), time, clock },
    );
    time.end('its end');
    if (outcome.delivered) return;
    const why = outcome.trouble === null ? 'the server stops' : troubleText(outcome.trouble);
    tell(`the webhook at ${host} was not told of ${event(body)}: ${why}`);
  };

  const run = async (): Promise<void> => {
    for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) await deliver(body);
    working = null;
  };

  return {
    send: body => {
      if (waiting.length >= MAX_WAITING) {
        tell(`the webhook at ${host} is too slow, ${MAX_WAITING} changes wait: not told of ${event(body)}`);
        return;
      }
      waiting.push(body);
      working ??= run();
    },
    close: async ms => {
      const over = new AbortController();
      const limit = wait(ms, undefined, { signal: over.signal }).then(
        () => ending.abort('the stop'),
        () => {},
      );
      await working;
      over.abort();
      await limit;
      await client.destroy();
    },
  };
}

const event = ({ event: what, repo, server }: WebhookBody): string =>
  `"${what}" of ${escapeText(server)} (${escapeText(repo)})`;

/** Shorter parts of a URL are words like `hooks`. */
const SHORTEST_SECRET = 6;

/** What a receiver may say of the URL: all behind the host, or the one part that it does not know; longest first. */
function secretsOf({ pathname, search, searchParams }: URL): readonly string[] {
  const parts = [pathname, search, ...pathname.split('/'), ...searchParams.values()];
  const long = [...parts, ...parts.map(decoded)].filter(part => part.length >= SHORTEST_SECRET);
  const whole = pathname + search;
  return [...new Set([...(whole === '/' ? [] : [whole]), ...long])].sort((a, b) => b.length - a.length);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function webhookUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return url;
  throw new UserError(
    'the webhook is not an http:// or https:// URL without user and password',
    'It comes from --webhook-url or SSHDRIFT_WEBHOOK_URL, for example https://alerts.example.net/drift',
  );
}
