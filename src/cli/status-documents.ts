import type { Documents } from '../io/status-server/answer-request.ts';
import { jsonText } from '../render/json-text.ts';
import { buildInfo, METRICS_TYPE, renderMetrics, statusMetrics } from '../render/metrics.ts';
import { renderStatusPage, STATUS_PAGE_POLICY } from '../render/status-page.ts';

/** What the status server shows, rendered; `version` is that of sshdrift. */
export const statusDocuments = (version: string): Documents => ({
  json: value => jsonText(value, 0),
  page: (statuses, events) => ({
    type: 'text/html; charset=utf-8',
    body: renderStatusPage({ statuses, events, version }),
    headers: { 'content-security-policy': STATUS_PAGE_POLICY },
  }),
  metrics: statuses => ({
    type: METRICS_TYPE,
    body: renderMetrics([...statusMetrics(statuses), buildInfo(version)]),
    headers: {},
  }),
});
