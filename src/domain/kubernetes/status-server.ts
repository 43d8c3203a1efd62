import { CONTAINER_SECURITY, labels, POD_SECURITY, secretVariable } from './pod.ts';
import type { ClusterSettings } from './settings.ts';

/** Name and label of the status server, and its host name in the namespace. */
export const STATUS_SERVER = 'gitops-status-server';

/** The port in the pod; the service listens on 80. */
export const STATUS_PORT = 8080;

const DATA = '/data';

const probe = { httpGet: { path: '/healthz', port: 'http' } };

/** The status server: one pod, since its file has one writer, which ends before its successor starts. */
export const statusServerManifests = ({ image }: ClusterSettings): readonly object[] => [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: STATUS_SERVER, labels: labels(STATUS_SERVER) },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: STATUS_SERVER, labels: labels(STATUS_SERVER) },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels(STATUS_SERVER) },
      template: {
        metadata: { labels: labels(STATUS_SERVER) },
        spec: {
          ...POD_SECURITY,
          containers: [
            {
              name: 'status-server',
              image,
              command: ['sshdrift', 'serve', '--listen', `0.0.0.0:${STATUS_PORT}`, '--data', DATA],
              env: [secretVariable('GITOPS_STATUS_TOKEN', 'status-token', false)],
              ports: [{ name: 'http', containerPort: STATUS_PORT }],
              readinessProbe: { ...probe, periodSeconds: 5 },
              livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6 },
              volumeMounts: [{ name: 'data', mountPath: DATA }],
              ...CONTAINER_SECURITY,
            },
          ],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: STATUS_SERVER } }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: STATUS_SERVER, labels: labels(STATUS_SERVER) },
    spec: {
      selector: labels(STATUS_SERVER),
      ports: [{ name: 'http', port: 80, targetPort: 'http' }],
    },
  },
];
