import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Key } from './keys.ts';

/** What a client has to know of a server. */
export interface ClientSide {
  /** Directory of this machine for the files. */
  readonly dir: string;
  readonly port: number;
  readonly user: string;
  readonly knownHosts: string;
  readonly clientKey: Key;
}

/** Absolute paths of the files. */
export interface ClientFiles {
  readonly identityFile: string;
  readonly knownHostsFile: string;
  readonly clientConfig: string;
}

/** Writes the private key, known_hosts, and an ssh_config that makes OpenSSH's client use nothing but them. */
export async function writeClientFiles(side: ClientSide): Promise<ClientFiles> {
  const identityFile = join(side.dir, 'identity');
  const knownHostsFile = join(side.dir, 'known_hosts');
  const clientConfig = join(side.dir, 'ssh_config');
  const config = `Host server
  HostName 127.0.0.1
  Port ${side.port}
  User ${side.user}
  IdentityFile ${identityFile}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${knownHostsFile}
  GlobalKnownHostsFile none
  StrictHostKeyChecking yes
  BatchMode yes
  KexAlgorithms curve25519-sha256
`;
  await Promise.all([
    writeFile(identityFile, side.clientKey.privateKey, { mode: 0o600 }),
    writeFile(`${identityFile}.pub`, `${side.clientKey.publicKey}\n`),
    writeFile(knownHostsFile, side.knownHosts),
    writeFile(clientConfig, config),
  ]);
  return { identityFile, knownHostsFile, clientConfig };
}
