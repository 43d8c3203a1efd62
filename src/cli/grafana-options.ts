/** What there is to print. */
export const GRAFANA_FILES = ['dashboard', 'alerts', 'datasource'] as const;
export type GrafanaFile = (typeof GRAFANA_FILES)[number];

/** What commander hands to the command. */
export interface GrafanaOptions {
  readonly statusUrl?: string;
}
