import { yamlStream } from '../yaml-stream.ts';
import { checkJob } from './check-job.ts';
import { networkPolicies } from './network-policies.ts';
import type { ClusterSettings } from './settings.ts';
import { statusServerManifests } from './status-server.ts';

// No Secret is among the manifests: applying them again must not overwrite the real one.
const BEFORE = `Before the first \`kubectl apply\`, the key, the host keys and a token for the status server:

  kubectl create secret generic sshdrift --from-file=private-key=id_ed25519 \\
    --from-file=known-hosts=known_hosts --from-literal=status-token="$(openssl rand -hex 32)"

A repository that is not public needs a second one, with a Git configuration, for example
[http] extraHeader = Authorization: Basic …, or [core] sshCommand = ssh -i /etc/sshdrift-git/key …:

  kubectl create secret generic sshdrift-git --from-file=config=gitconfig --from-file=key=git_key

Servers that listen on another SSH port than 22 must be added to the last NetworkPolicy.`;

/** Everything that runs in the cluster, as YAML for `kubectl apply`. */
export function kubernetesManifests(settings: ClusterSettings): string {
  const manifests = [
    ...statusServerManifests(settings),
    checkJob(settings),
    ...networkPolicies(settings),
  ] as readonly Manifest[];
  return yamlStream(
    manifests.map(manifest => inNamespace(manifest, settings.namespace)),
    BEFORE,
  );
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
}

const inNamespace = (manifest: Manifest, namespace: string | null): object =>
  namespace === null ? manifest : { ...manifest, metadata: { ...manifest.metadata, namespace } };
