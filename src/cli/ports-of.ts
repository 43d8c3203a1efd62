import type { Ports } from '../engine/ports.ts';
import { createKnownHosts } from '../io/known-hosts-files.ts';
import { createNonce } from '../io/nonce.ts';
import { createConnect } from '../io/ssh/connect.ts';
import { createIdentities } from '../io/ssh/identities.ts';
import { askBecomePassword } from './become-password.ts';
import type { Environment } from './environment.ts';
import type { World } from './world.ts';

/** The engine's ports, over the real adapters. */
export const portsOf = (environment: Environment, { terminal }: World): Ports => ({
  connect: createConnect({
    knownHosts: createKnownHosts(environment.knownHosts),
    identities: createIdentities({
      privateKey: environment.privateKey,
      passphrase: environment.passphrase,
      terminal,
    }),
    terminal,
  }),
  becomePassword: async destination =>
    environment.becomePassword ?? (await askBecomePassword(destination, terminal)),
  now: () => new Date(),
  nonce: createNonce,
});
