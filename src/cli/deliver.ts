// The status of a server goes out as soon as it is known, before anything is looked up or rendered: whatever happens
// later, the dashboard knows.

import { type Delivery, notSent } from '../domain/delivery.ts';
import { escapeText } from '../domain/escape.ts';
import type { Payload } from '../domain/payload.ts';
import { byPath } from '../domain/remote-path.ts';
import type { ServerReport } from '../domain/report.ts';
import type { PosterSettings, StatusPoster } from '../io/post-status.ts';
import { proxySettings } from '../io/status-proxy.ts';
import type { Environment } from './environment.ts';
import type { World } from './world.ts';

/** How a run posts. */
export const posterSettings = (url: string, environment: Environment, world: World): PosterSettings => ({
  url,
  token: environment.statusToken,
  proxy: proxySettings(world.env),
  version: world.version,
  signal: world.signal,
});

/** Statuses on their way. */
export interface Deliveries {
  /** Posts the status of a server, and tells on stderr how it went; prints whole what could not be delivered. */
  readonly send: (server: ServerReport, payload: Payload) => void;
  /** Waits for those that are under way, within the time that they have; sorted by server. */
  readonly finish: () => Promise<readonly Delivery[]>;
}

export interface DeliveryOptions {
  readonly postUnknown: boolean;
  /** Takes the lines about one delivery. */
  readonly tell: (lines: string) => void;
}

/** Begins the deliveries of a run. */
export function startDeliveries(poster: StatusPoster, { postUnknown, tell }: DeliveryOptions): Deliveries {
  const posted: Promise<Delivery>[] = [];
  const post = async (server: ServerReport, payload: Payload): Promise<Delivery> => {
    if (server.status === 'UNKNOWN' && !postUnknown) return notSent(server.server);
    const delivery = await poster.post(payload);
    tell(deliveryLines(delivery, payload));
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

/** For a run that posts nothing. */
export const NO_DELIVERIES: Deliveries = { send: () => undefined, finish: async () => [] };

/** The first and last line are those of the original scripts, which runbooks look for. */
export function deliveryLines(delivery: Delivery, payload: Payload): string {
  const name = escapeText(delivery.server);
  const lines = [
    '==> Sending status to gitops-status-server...',
    `==> ${name}: ${payload.sync_status}`,
    ...(delivery.httpStatus === null ? [] : [`==> Response: HTTP ${delivery.httpStatus}`]),
  ];
  const failed = delivery.outcome === 'failed';
  const trouble = failed
    ? `${failureLines(delivery)}sshdrift: undelivered: ${JSON.stringify(payload)}\n`
    : '';
  return `${lines.join('\n')}\n${trouble}`;
}

/** What went wrong with a delivery that failed, and what to do. */
export function failureLines({ server, error, hint }: Delivery): string {
  const first = `sshdrift: error: the status of ${escapeText(server)} was not delivered: ${error}\n`;
  return hint === null ? first : `${first}sshdrift: hint: ${hint}\n`;
}
