import { bearerToken, statusEndpoint } from '../domain/status-endpoint.ts';
import type { PosterClock } from './post-with-retries.ts';
import { createPoster, type DeliverySettings, type StatusPoster, SYSTEM_CLOCK } from './status-poster.ts';

/** Where and how statuses go; `/api/status` is added to the URL. */
export interface PosterSettings extends DeliverySettings {
  /** Bearer token, or null. */
  readonly token: string | null;
}

/** Posts to a gitops-status-server. Throws UserError for a URL, token or proxy that cannot work. */
export function createStatusPoster(
  settings: PosterSettings,
  clock: PosterClock = SYSTEM_CLOCK,
): StatusPoster {
  const endpoint = statusEndpoint(settings.url);
  const receiving = {
    receiver: 'status-server',
    base: endpoint,
    endpoint: () => endpoint,
    contentType: 'application/json',
    body: JSON.stringify,
    token: bearerToken(settings.token),
  } as const;
  return createPoster(receiving, settings, clock);
}
