import type { Ports } from '../engine/ports.ts';
import { createKnownHosts } from '../io/known-hosts-files.ts';
import { createNonce } from '../io/nonce.ts';
import { createConnect } from '../io/ssh/connect.ts';
import { createPrivateKeys } from '../io/ssh/private-keys.ts';
import type { Environment } from './environment.ts';

/** The engine's ports, over the real adapters. */
export const portsOf = (environment: Environment): Ports => ({
  connect: createConnect({
    knownHosts: createKnownHosts(environment.knownHosts),
    privateKeys: createPrivateKeys({
      privateKey: environment.privateKey,
      passphrase: environment.passphrase,
    }),
  }),
  becomePassword: async () => environment.becomePassword,
  now: () => new Date(),
  nonce: createNonce,
});
