// Connects with the real adapter to whatever a test has started.

import { readFileSync } from 'node:fs';
import type { Destination, Via } from '../../src/domain/destination.ts';
import type { Failure } from '../../src/domain/failure.ts';
import type { Become, HostKeyPolicy } from '../../src/domain/inventory.ts';
import { type Connection, isFailure } from '../../src/engine/ports.ts';
import { createKnownHosts } from '../../src/io/known-hosts-files.ts';
import { createConnect } from '../../src/io/ssh/connect.ts';
import { createIdentities } from '../../src/io/ssh/identities.ts';
import type { Terminal } from '../../src/io/ssh/passphrases.ts';
import { CLEAN_ENV } from './run.ts';

/** What a test says about the server; everything else is what a careful operator would set. */
export interface Reach {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly hostKeys?: readonly string[];
  readonly knownHostsFiles?: readonly string[];
  readonly hostKeyPolicy?: HostKeyPolicy;
  readonly become?: Become;
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly via?: Via;
  /** Text of SSH_KNOWN_HOSTS. */
  readonly knownHosts?: string;
  readonly identityFile?: string;
  /** Text of SSH_PRIVATE_KEY. */
  readonly privateKey?: string;
  readonly passphrase?: string;
  readonly signal?: AbortSignal;
  /** Default files, which need not be there. */
  readonly identityFiles?: Destination['identityFiles'];
  readonly certificateFiles?: readonly string[];
  readonly identityAgent?: string;
  readonly identitiesOnly?: boolean;
  readonly terminal?: Terminal;
}

export function destinationOf(reach: Reach): Destination {
  const { host, port, user = 'root', hostKeys = [], identityFile, knownHostsFiles = [] } = reach;
  return {
    host,
    port,
    user,
    family: null,
    bindAddress: null,
    hostKeys,
    hostKeyAlias: null,
    revokedHostKeys: null,
    knownHostsFiles,
    hostKeyPolicy: reach.hostKeyPolicy ?? 'yes',
    identityFiles:
      reach.identityFiles ?? (identityFile === undefined ? [] : [{ path: identityFile, named: true }]),
    certificateFiles: reach.certificateFiles ?? [],
    identityAgent: reach.identityAgent ?? null,
    identitiesOnly: reach.identitiesOnly ?? false,
    via: reach.via ?? null,
    become: reach.become ?? null,
    connectTimeoutMs: reach.connectTimeoutMs ?? 5_000,
    timeoutMs: reach.timeoutMs ?? 10_000,
  };
}

export function connectTo(reach: Reach): Promise<Connection | Failure> {
  const { terminal = null } = reach;
  const connect = createConnect({
    knownHosts: createKnownHosts(reach.knownHosts ?? null),
    identities: createIdentities({
      privateKey: reach.privateKey ?? null,
      passphrase: reach.passphrase ?? null,
      terminal,
    }),
    env: CLEAN_ENV,
    terminal,
  });
  return connect(destinationOf(reach), reach.signal ?? new AbortController().signal);
}

/** Connects and runs one command; the code of the first failure, or what the command printed and its exit code. */
export async function run(reach: Reach, command: string, maxBytes = 1024 * 1024): Promise<string> {
  const connection = await connectTo(reach);
  if (isFailure(connection)) return connection.code;
  const execution = await connection.exec(command, maxBytes);
  connection.close();
  return isFailure(execution)
    ? execution.code
    : `${execution.stdout}${execution.stderr}${execution.exitCode}`;
}

export const fileText = (path: string): string => readFileSync(path, 'utf8');
