// The status of a server goes out as soon as it is known, before anything is looked up or rendered: whatever happens
// later, the dashboard knows.

import { type Delivery, notSent } from '../domain/delivery.ts';
import { escapeText } from '../domain/escape.ts';
import type { Payload } from '../domain/payload.ts';
import { byPath } from '../domain/remote-path.ts';
import type { ServerReport } from '../domain/report.ts';
import type { PosterSettings } from '../io/post-status.ts';
import type { PusherSettings } from '../io/push-status.ts';
import type { StatusPoster } from '../io/status-poster.ts';
import { proxySettings } from '../io/status-proxy.ts';
import { jsonText } from '../render/json-text.ts';
import { METRICS_TYPE, renderMetrics, syncStatus } from '../render/metrics.ts';
import type { Environment } from './environment.ts';
import type { World } from './world.ts';

const deliverySettings = (url: string, world: World) => ({
  url,
  proxy: proxySettings(world.env),
  version: world.version,
  signal: world.signal,
});

/** How a run posts. */
export const posterSettings = (url: string, environment: Environment, world: World): PosterSettings => ({
  ...deliverySettings(url, world),
  token: environment.statusToken,
});

/** How a run pushes: the one metric that there was before there were statuses. */
export const pusherSettings = (url: string, world: World): PusherSettings => ({
  ...deliverySettings(url, world),
  body: payload => renderMetrics([syncStatus([payload])]),
  contentType: METRICS_TYPE,
});

/** Statuses on their way. */
export interface Deliveries {
  /** Sends the status of a server, and tells on stderr how it went; prints whole what could not be delivered. */
  readonly send: (server: ServerReport, payload: Payload) => void;
  /** Waits for those that are under way, within the time that they have; sorted by server. */
  readonly finish: () => Promise<readonly Delivery[]>;
}

export interface PostOptions {
  readonly postUnknown: boolean;
  /** Takes the lines about one delivery. */
  readonly tell: (lines: string) => void;
}

/** Begins the posts of a run; null posts nothing. */
export const startPosts = (poster: StatusPoster | null, { postUnknown, tell }: PostOptions): Deliveries =>
  start(poster, {
    isSent: ({ status }) => postUnknown || status !== 'UNKNOWN',
    told: (delivery, payload) => tell(postLines(delivery, payload)),
  });

/** Begins the pushes of a run; null pushes nothing. A 0 would say that the server differs, so UNKNOWN is never pushed. */
export const startPushes = (pusher: StatusPoster | null, tell: PostOptions['tell']): Deliveries =>
  start(pusher, {
    isSent: ({ status }) => status !== 'UNKNOWN',
    told: (delivery, payload) => tell(pushLines(delivery, payload)),
  });

interface Manner {
  readonly isSent: (server: ServerReport) => boolean;
  readonly told: (delivery: Delivery, payload: Payload) => void;
}

function start(poster: StatusPoster | null, { isSent, told }: Manner): Deliveries {
  if (poster === null) return { send: () => undefined, finish: async () => [] };
  const posted: Promise<Delivery>[] = [];
  const post = async (server: ServerReport, payload: Payload): Promise<Delivery> => {
    if (!isSent(server)) return notSent(server.server);
    const delivery = await poster.post(payload);
    told(delivery, payload);
    return delivery;
  };
  return {
    send: (server, payload) => void posted.push(post(server, payload)),
    finish: async () => {
      poster.conclude();
      try {
        const all = await Promise.all(posted);
        return all.sort((a, b) => byPath(a.server, b.server));
      } finally {
        await poster.close();
      }
    },
  };
}

/** The first and last line are those of the original scripts, which runbooks look for. */
export function postLines(delivery: Delivery, payload: Payload): string {
  const name = escapeText(delivery.server);
  return lines([
    '==> Sending status to gitops-status-server...',
    `==> ${name}: ${payload.sync_status}`,
    ...(delivery.httpStatus === null ? [] : [`==> Response: HTTP ${delivery.httpStatus}`]),
    ...failureLines(delivery, 'delivered'),
    ...(delivery.outcome === 'failed' ? [`sshdrift: undelivered: ${jsonText(payload, 0).trimEnd()}`] : []),
  ]);
}

/** One line, which cannot be taken for that of a post. */
function pushLines(delivery: Delivery, payload: Payload): string {
  if (delivery.outcome === 'failed') return lines(failureLines(delivery, 'pushed'));
  return `==> ${escapeText(delivery.server)}: pushed ${payload.sync_status} to the Pushgateway, HTTP ${delivery.httpStatus}\n`;
}

/** What went wrong with a delivery that failed, and what to do; lines without their ends. */
export const failureLines = ({ server, outcome, error, hint }: Delivery, done: string): readonly string[] =>
  outcome === 'failed'
    ? [
        `sshdrift: error: the status of ${escapeText(server)} was not ${done}: ${error}`,
        ...(hint === null ? [] : [`sshdrift: hint: ${hint}`]),
      ]
    : [];

/** Each with its end. */
export const lines = (all: readonly string[]): string => all.map(line => `${line}\n`).join('');
