// The environment variables of the original pipeline, and which of them are secrets.

import type { World } from './world.ts';

export interface Environment {
  readonly statusUrl: string | null;
  readonly statusToken: string | null;
  readonly pushgatewayUrl: string | null;
  /** Where `serve` tells of changes. */
  readonly webhookUrl: string | null;
  readonly repo: string | null;
  /** Check just this server. */
  readonly serverName: string | null;
  readonly privateKey: string | null;
  readonly passphrase: string | null;
  readonly knownHosts: string | null;
  /** For sudo, where it asks for one. */
  readonly becomePassword: string | null;
  /** Set by CI systems: logs are read by others, so no diffs by default. */
  readonly ci: boolean;
}

/** Reads the variables; an empty one counts as not set, as CI systems set unset secrets. */
export function readEnvironment(env: World['env']): Environment {
  const value = (name: string): string | null => env[name] || null;
  return {
    statusUrl: value('GITOPS_STATUS_SERVER_URL'),
    statusToken: value('GITOPS_STATUS_TOKEN'),
    pushgatewayUrl: value('PUSHGATEWAY_URL'),
    webhookUrl: value('SSHDRIFT_WEBHOOK_URL'),
    repo: value('REPO_NAME'),
    serverName: value('SERVER_NAME'),
    privateKey: value('SSH_PRIVATE_KEY'),
    passphrase: value('SSH_KEY_PASSPHRASE'),
    knownHosts: value('SSH_KNOWN_HOSTS'),
    becomePassword: value('SSHDRIFT_BECOME_PASSWORD'),
    ci: value('CI') !== null && value('CI') !== 'false',
  };
}

/** Removed from the environment of sshdrift itself and of every child process. */
export const SECRET_VARIABLES = [
  'GITOPS_STATUS_TOKEN',
  'SSHDRIFT_WEBHOOK_URL',
  'SSH_PRIVATE_KEY',
  'SSH_KEY_PASSPHRASE',
  'SSHDRIFT_BECOME_PASSWORD',
] as const;

/** What a child process may see. */
export function withoutSecrets(env: World['env']): World['env'] {
  const secrets: readonly string[] = SECRET_VARIABLES;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secrets.includes(name)));
}
