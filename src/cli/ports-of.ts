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
  hostKeys: Pick<SshSettings, 'knownHosts' | 'sawHostKey' | 'hopTrouble'> = {
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

/** Ports of a watch: a jump host that is down is tried again, and a password is asked for once. */
export function watchPorts(environment: Environment, world: World): RunPorts {
  const knownHosts = createKnownHosts(environment.knownHosts);
  const ports = portsOf(environment, world, { knownHosts, hopTrouble: 'again' });
  const passwords = new Map<string, Promise<string | null>>();
  return {
    ...ports,
    becomePassword: destination => {
      const key = `${destination.user}@${destination.host}:${destination.port}`;
      const password = passwords.get(key) ?? ports.becomePassword(destination);
      passwords.set(key, password);
      return password;
    },
  };
}
