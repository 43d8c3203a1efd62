import { isStale } from '../domain/staleness.ts';
import type { Documents } from '../io/status-server/answer-request.ts';
import { jsonText } from '../render/json-text.ts';
import { buildInfo, METRICS_TYPE, renderMetrics, statusMetrics } from '../render/metrics.ts';
import { renderStatusPage, STATUS_PAGE_POLICY } from '../render/status-page.ts';

/** What the status server shows, rendered; `version` is that of sshdrift. */
export const statusDocuments = (version: string, staleAfterMs: number): Documents => ({
  json: value => jsonText(value, 0),
  page: request => ({
    type: 'text/html; charset=utf-8',
    body: () => renderStatusPage({ ...request, version, staleAfterMs }),
    // Nothing else in it changes by time alone, but the ages, which its script counts.
    state: `${request.statuses.filter(s => isStale(s.last_check, request.now, staleAfterMs)).length}`,
    headers: { 'content-security-policy': STATUS_PAGE_POLICY },
  }),
  metrics: statuses => ({
    type: METRICS_TYPE,
    body: () => renderMetrics([...statusMetrics(statuses), buildInfo(version)]),
    state: null,
    headers: {},
  }),
});
