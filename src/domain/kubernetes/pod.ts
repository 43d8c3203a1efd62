// What all pods have in common: no rights, in the cluster or on the node, and nothing that can be written but volumes.

/** The user `node` of the official Node images: ssh, which git may need, refuses a user without a name. */
const USER = 1000;

/** Of a pod. */
export const POD_SECURITY = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: USER,
    runAsGroup: USER,
    fsGroup: USER,
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

/** Of a container. */
export const CONTAINER_SECURITY = {
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '256Mi' } },
};

/** An environment variable from the Secret `sshdrift`. */
export const secretVariable = (name: string, key: string, optional: boolean) => ({
  name,
  valueFrom: { secretKeyRef: { name: 'sshdrift', key, ...(optional ? { optional } : {}) } },
});

export const labels = (name: string) => ({ 'app.kubernetes.io/name': name });
