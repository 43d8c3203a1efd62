import { CHECK } from './check-job.ts';
import { labels } from './pod.ts';
import type { ClusterSettings } from './settings.ts';
import { STATUS_PORT, STATUS_SERVER } from './status-server.ts';

const tcp = (port: number) => ({ protocol: 'TCP', port });
const DNS = [{ protocol: 'UDP', port: 53 }, tcp(53)];
const SSH_PORT = 22;

const policy = (name: string, rules: { readonly ingress: object[]; readonly egress: object[] }): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, labels: labels(name) },
  spec: { podSelector: { matchLabels: labels(name) }, policyTypes: ['Ingress', 'Egress'], ...rules },
});

/**
 * The status server is asked on its port, by whoever may (Grafana and people are in other namespaces), and asks nobody.
 * The check is asked by nobody, and reaches name servers, SSH and Git ports anywhere, and the status server.
 */
export const networkPolicies = ({ repository }: ClusterSettings): readonly object[] => [
  policy(STATUS_SERVER, { ingress: [{ ports: [tcp(STATUS_PORT)] }], egress: [] }),
  policy(CHECK, {
    ingress: [],
    egress: [
      { ports: DNS },
      { ports: [...new Set([SSH_PORT, repository.port])].map(tcp) },
      { to: [{ podSelector: { matchLabels: labels(STATUS_SERVER) } }], ports: [tcp(STATUS_PORT)] },
    ],
  }),
];
