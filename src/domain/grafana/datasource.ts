import { DATA_SOURCE_UID, INFINITY, withoutVariables } from './infinity.ts';

/** The provisioning file of the data source that the alerts ask, and the dashboard too if it is chosen there. */
export function grafanaDatasource(statusServer: string): object {
  const url = withoutVariables(statusServer);
  return {
    apiVersion: 1,
    datasources: [
      {
        name: 'GitOps status',
        uid: DATA_SOURCE_UID,
        type: INFINITY,
        access: 'proxy',
        jsonData: {
          auth_method: 'none',
          timeoutInSeconds: 10,
          allowedHosts: [url],
          customHealthCheckEnabled: true,
          customHealthCheckUrl: `${url}/healthz`,
        },
      },
    ],
  };
}
