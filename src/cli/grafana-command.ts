import { grafanaAlerts } from '../domain/grafana/alerts.ts';
import { grafanaDashboard } from '../domain/grafana/dashboard.ts';
import { grafanaDatasource } from '../domain/grafana/datasource.ts';
import { statusServer } from '../domain/status-endpoint.ts';
import { UserError } from '../domain/user-error.ts';
import { yamlStream } from '../domain/yaml-stream.ts';
import { readEnvironment } from './environment.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { GrafanaFile, GrafanaOptions } from './grafana-options.ts';
import type { World } from './world.ts';

const PRINT: Readonly<Record<GrafanaFile, (url: string) => string>> = {
  dashboard: url => `${JSON.stringify(grafanaDashboard(url), null, 2)}\n`,
  alerts: url =>
    yamlStream(
      [grafanaAlerts(url)],
      'Alert rules for Grafana: /etc/grafana/provisioning/alerting/gitops-drift.yaml\nThey ask the data source that `sshdrift grafana datasource` prints.',
    ),
  datasource: url =>
    yamlStream(
      [grafanaDatasource(url)],
      'Data source for Grafana: /etc/grafana/provisioning/datasources/gitops-status.yaml\nIt needs the plugin: grafana cli plugins install yesoreyeram-infinity-datasource',
    ),
};

/** Prints a file for Grafana with the address of the status server in it. Contacts nothing. */
export function grafanaCommand(file: GrafanaFile, options: GrafanaOptions, world: World): ExitCode {
  const url = options.statusUrl ?? readEnvironment(world.env).statusUrl;
  if (url === null)
    throw new UserError(
      'the address of the status server is not known',
      `Name it as Grafana reaches it: sshdrift grafana ${file} --status-url http://gitops-status-server.example.net (or GITOPS_STATUS_SERVER_URL)`,
    );
  world.stdout.write(PRINT[file](statusServer(url)));
  return EXIT.inSync;
}
