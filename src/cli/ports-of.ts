import type { Ports } from '../engine/ports.ts';
import { createKnownHosts } from '../io/known-hosts-files.ts';
import { createNonce } from '../io/nonce.ts';
import { type Connect, createConnect, type SshSettings } from '../io/ssh/connect.ts';
import { createIdentities } from '../io/ssh/identities.ts';
import { askBecomePassword } from './become-password.ts';
import { type Environment, withoutSecrets } from './environment.ts';
import type { World } from './world.ts';

/** Ports of a run, at whose end the connections to jump hosts are closed. */
export interface RunPorts extends Ports {
  readonly connect: Connect;
}

/** The engine's ports, over the real adapters. `hostKeys` replaces the known hosts of the run. */
export const portsOf = (
  environment: Environment,
  { terminal, env }: World,
  hostKeys: Pick<SshSettings, 'knownHosts' | 'sawHostKey'> = {
    knownHosts: createKnownHosts(environment.knownHosts),
  },
): RunPorts => ({
  connect: createConnect({
    ...hostKeys,
    identities: createIdentities({
      privateKey: environment.privateKey,
      passphrase: environment.passphrase,
      terminal,
    }),
    terminal,
    env: withoutSecrets(env),
  }),
  becomePassword: async destination =>
    environment.becomePassword ?? (await askBecomePassword(destination, terminal)),
  now: () => new Date(),
  nonce: createNonce,
});
