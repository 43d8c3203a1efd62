import type { Payload } from './payload.ts';
import type { SyncStatus } from './report.ts';
import type { Alarm, StatusChange } from './status-record.ts';

/** What a webhook gets: the six keys of the standard payload, then what happened. */
export interface WebhookBody extends Payload {
  /** `drift` began, `changed` (other files, or differing in another way), or `recovered`. */
  readonly event: Alarm;
  /** sync_status before; null if this is the first status of the server. */
  readonly previous: SyncStatus | null;
  readonly since: string;
  readonly first_drift_at: string | null;
}

/** The body for a change that alarms; null for any other. Built by allow-list. */
export function webhookBody({ kept, from, alarm }: StatusChange): WebhookBody | null {
  if (alarm === null) return null;
  const { repo, server, sync_status, drift_count, files, last_check, since, first_drift_at } = kept.record;
  return {
    repo,
    server,
    sync_status,
    drift_count,
    files: files.map(({ name }) => ({ name })),
    last_check,
    event: alarm,
    previous: from,
    since,
    first_drift_at,
  };
}
