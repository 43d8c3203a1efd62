import type { Payload } from '../domain/payload.ts';
import { pushEndpoint } from '../domain/push-endpoint.ts';
import { receiverUrl } from '../domain/receiver.ts';
import type { PosterClock } from './post-with-retries.ts';
import { createPoster, type DeliverySettings, type StatusPoster, SYSTEM_CLOCK } from './status-poster.ts';

/** Where and how metrics go; the group of the server is added to the URL. */
export interface PusherSettings extends DeliverySettings {
  /** The metrics of one server, in this content type. */
  readonly body: (payload: Payload) => string;
  readonly contentType: string;
}

/** Pushes to a Prometheus Pushgateway. Throws UserError for a URL or a proxy that cannot work. */
export function createStatusPusher(
  settings: PusherSettings,
  clock: PosterClock = SYSTEM_CLOCK,
): StatusPoster {
  const base = receiverUrl(settings.url, 'pushgateway');
  const receiving = {
    receiver: 'pushgateway',
    base: new URL(base),
    endpoint: ({ repo, server }: Payload) => pushEndpoint(base, repo, server),
    contentType: settings.contentType,
    body: settings.body,
    token: null,
  } as const;
  return createPoster(receiving, settings, clock);
}
