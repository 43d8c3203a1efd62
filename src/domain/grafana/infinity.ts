import type { Query } from './selectors.ts';

/** The plugin of the data source: https://grafana.com/docs/plugins/yesoreyeram-infinity-datasource. */
export const INFINITY = 'yesoreyeram-infinity-datasource';

/** The uid that the provisioned data source has, and that the alerts ask. */
export const DATA_SOURCE_UID = 'gitops-status';

/** Go's name of RFC 3339, as Infinity wants it. */
const RFC_3339 = '2006-01-02T15:04:05Z07:00';

/**
 * A query of the Infinity data source against `/status.json` of a status server. Grafana reads `$` in a URL as the
 * beginning of a variable, in panels and in provisioned files, so that it is escaped the way of URLs.
 */
export const infinityQuery = (refId: string, statusServer: string, query: Query) => ({
  refId,
  type: 'json',
  source: 'url',
  format: 'table',
  // JSONata, in Grafana's own process: the parsers that run in the browser cannot serve alerts.
  parser: 'backend',
  url: `${withoutVariables(statusServer)}/status.json`,
  url_options: { method: 'GET', data: '' },
  root_selector: query.rootSelector,
  columns: query.columns.map(({ key, title, type }) => ({
    selector: key,
    text: title,
    type,
    ...(type === 'timestamp' ? { timestampFormat: RFC_3339 } : {}),
  })),
  computed_columns: [],
  filters: [],
});

/** The URL in a spelling without `$`. */
export const withoutVariables = (url: string): string => url.replaceAll('$', '%24');
