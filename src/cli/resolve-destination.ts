import { join } from 'node:path';
import type { Destination } from '../domain/destination.ts';
import type { Server } from '../domain/inventory.ts';
import { readEnvironment } from './environment.ts';
import type { World } from './world.ts';

/** OpenSSH's own list and order (ssh_config(5), IdentityFile), without the FIDO forms that need a token to sign. */
const IDENTITY_FILES = ['id_rsa', 'id_ecdsa', 'id_ed25519'];
const USER_KNOWN_HOSTS = ['known_hosts', 'known_hosts2'];
const GLOBAL_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

/** Fills in what the inventory leaves open, as OpenSSH would. `connectTimeoutMs` is the flag; null leaves it. */
export function resolveDestination(
  server: Server,
  world: World,
  connectTimeoutMs: number | null,
): Destination {
  const { host, hostKeys, ssh } = server;
  const inHome = (name: string): string => join(world.home, '.ssh', name);
  return {
    host,
    port: ssh.port,
    user: ssh.user ?? world.userName,
    hostKeys,
    hostKeyAlias: null,
    knownHostsFiles: ssh.knownHosts ?? [...USER_KNOWN_HOSTS.map(inHome), ...GLOBAL_KNOWN_HOSTS],
    hostKeyPolicy: ssh.hostKeyPolicy,
    identityFiles:
      ssh.identityFile === null
        ? IDENTITY_FILES.map(name => ({ path: inHome(name), named: false }))
        : [{ path: ssh.identityFile, named: true }],
    certificateFiles: [],
    identityAgent: ssh.identityFile === null ? agentOf(world) : null,
    identitiesOnly: false,
    via: null,
    become: ssh.become,
    connectTimeoutMs: connectTimeoutMs ?? ssh.connectTimeoutMs,
    timeoutMs: ssh.timeoutMs,
  };
}

/** The agent of the person at the keyboard. A pipeline has its key given, and asks nobody for others. */
function agentOf({ env }: World): string | null {
  const { privateKey, ci } = readEnvironment(env);
  return privateKey !== null || ci ? null : env.SSH_AUTH_SOCK || null;
}
