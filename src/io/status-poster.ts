// Delivers the statuses of a run: one keep-alive client, a few requests at a time, one deadline over all of them, counted
// from the moment when the last one is known. A delivery never throws; what went wrong is part of it.

import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Delivery } from '../domain/delivery.ts';
import { failedDelivery } from '../domain/delivery-text.ts';
import type { Payload } from '../domain/payload.ts';
import { RECEIVERS, type Receiver } from '../domain/receiver.ts';
import { createDeliveryTime } from './delivery-time.ts';
import { createHttpClient } from './http-client.ts';
import { type PosterClock, postWithRetries } from './post-with-retries.ts';
import { type ProxySettings, proxyFor, shownProxy } from './status-proxy.ts';

/** How statuses go out. Times are milliseconds. */
export interface DeliverySettings {
  /** Base URL of the receiver, as the operator names it. */
  readonly url: string;
  readonly proxy: ProxySettings;
  /** Version of sshdrift, for the user-agent. */
  readonly version: string;
  /** For one try, its answer included; 10 s unless given. */
  readonly attemptTimeoutMs?: number;
  /** For all posts together, once there will be no more; 30 s unless given. */
  readonly deadlineMs?: number;
  /** Ends all deliveries in a moment; its reason, if a string, names what interrupted. */
  readonly signal: AbortSignal;
}

/** What is particular to a kind of receiver. */
export interface Receiving {
  readonly receiver: Receiver;
  /** All endpoints begin with this one. */
  readonly base: URL;
  readonly endpoint: (payload: Payload) => URL;
  readonly contentType: string;
  readonly body: (payload: Payload) => string;
  /** Bearer token, or null. It is sent to the receiver and appears nowhere else. */
  readonly token: string | null;
}

/** Posts statuses until it is closed. */
export interface StatusPoster {
  /** Loads what posting needs, which takes time that is free while servers are waited for. */
  readonly prepare: () => Promise<void>;
  /** May be called for all servers at once; a few go out at a time. */
  readonly post: (payload: Payload) => Promise<Delivery>;
  /** Nothing more will be posted: from now on the deadline runs. */
  readonly conclude: () => void;
  /** Ends what is under way as failed, and destroys every connection. */
  readonly close: () => Promise<void>;
}

/** The time and chance of this machine. */
export const SYSTEM_CLOCK: PosterClock = {
  now: () => new Date(),
  random: Math.random,
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
};

/** Hides the latency of a few hundred posts, and is no burst for a small receiver. */
const AT_ONCE = 8;

/** Throws UserError for a proxy that cannot work; contacts nobody before the first post. */
export function createPoster(
  receiving: Receiving,
  settings: DeliverySettings,
  clock: PosterClock,
): StatusPoster {
  const { attemptTimeoutMs = 10_000, deadlineMs = 30_000, version } = settings;
  const { receiver, token } = receiving;
  const proxy = proxyFor(receiving.base, settings.proxy);
  const client = createHttpClient({
    proxy,
    noProxy: settings.proxy.noProxy ?? '',
    connectTimeoutMs: attemptTimeoutMs,
  });
  const time = createDeliveryTime(deadlineMs, settings.signal);
  const limit = pLimit(AT_ONCE);
  const headers = {
    'content-type': receiving.contentType,
    'user-agent': `sshdrift/${version}`,
    ...(token !== null && { authorization: `Bearer ${token}` }),
  };

  const deliver = async (payload: Payload): Promise<Delivery> => {
    const { server } = payload;
    const endpoint = receiving.endpoint(payload);
    const request = {
      method: RECEIVERS[receiver].method,
      endpoint,
      headers,
      body: receiving.body(payload),
      timeoutMs: attemptTimeoutMs,
      secrets: token === null ? [] : [token],
    };
    const dispatcher = await client.dispatcher();
    const outcome = await postWithRetries(request, { dispatcher, time, clock });
    if (!outcome.delivered)
      return failedDelivery({
        ...outcome,
        receiver,
        server,
        endpoint,
        tokenSent: token !== null,
        proxy: shownProxy(proxy),
      });
    const { status: httpStatus, attempts } = outcome;
    return { server, outcome: 'delivered', httpStatus, attempts, error: null, hint: null };
  };

  return {
    prepare: async () => {
      await client.dispatcher();
    },
    post: payload => limit(() => deliver(payload)),
    conclude: time.start,
    close: async () => {
      time.end('the end of the run');
      await client.destroy();
    },
  };
}
