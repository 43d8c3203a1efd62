// Statuses go out before anything is rendered: whatever happens later, the dashboard knows.

import { type Delivery, notSent } from '../domain/delivery.ts';
import { escapeText } from '../domain/escape.ts';
import { type Payload, toPayload } from '../domain/payload.ts';
import type { Report } from '../domain/report.ts';
import type { PosterSettings, StatusPoster } from '../io/post-status.ts';
import { proxySettings } from '../io/status-proxy.ts';
import { jsonText } from '../render/json-text.ts';
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

/** Posts every server's status, tells on stderr how it went, and prints whole what could not be delivered. */
export async function deliver(
  report: Report,
  poster: StatusPoster,
  options: DeliverOptions,
): Promise<readonly Delivery[]> {
  const posted = report.servers.map(async server => {
    if (server.status === 'UNKNOWN' && !options.postUnknown) return notSent(server.server);
    const payload = toPayload(report.repo, server);
    const delivery = await poster.post(payload);
    options.tell(deliveryLines(delivery, payload));
    return delivery;
  });
  try {
    return await Promise.all(posted);
  } finally {
    await poster.close();
  }
}

export interface DeliverOptions {
  readonly postUnknown: boolean;
  /** Takes the lines about one delivery. */
  readonly tell: (lines: string) => void;
}

/** The first and last line are those of the original scripts, which runbooks look for. */
function deliveryLines(delivery: Delivery, payload: Payload): string {
  const name = escapeText(delivery.server);
  const lines = [
    '==> Sending status to gitops-status-server...',
    `==> ${name}: ${payload.sync_status}`,
    ...(delivery.httpStatus === null ? [] : [`==> Response: HTTP ${delivery.httpStatus}`]),
  ];
  if (delivery.outcome === 'failed') {
    lines.push(
      `sshdrift: error: the status of ${name} was not delivered: ${delivery.error}`,
      ...(delivery.hint === null ? [] : [`sshdrift: hint: ${delivery.hint}`]),
      `sshdrift: undelivered: ${jsonText(payload, 0).trimEnd()}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
