import { kubernetesManifests } from '../domain/kubernetes/manifests.ts';
import { checkedImage, checkedNamespace, parseRepository } from '../domain/kubernetes/settings.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { World } from './world.ts';

/** What commander hands to the command. */
export interface K8sOptions {
  readonly image: string;
  readonly repository: string;
  readonly namespace?: string;
}

/** Prints manifests of the check and of a status server. Contacts nothing. */
export function k8sCommand(options: K8sOptions, world: World): ExitCode {
  world.stdout.write(
    kubernetesManifests({
      image: checkedImage(options.image),
      repository: parseRepository(options.repository),
      namespace: options.namespace === undefined ? null : checkedNamespace(options.namespace),
    }),
  );
  return EXIT.inSync;
}
