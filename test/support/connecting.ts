// Connects with the real adapter to whatever a test has started.

import { readFileSync } from 'node:fs';
import type { Destination, Via } from '../../src/domain/destination.ts';
import type { Failure } from '../../src/domain/failure.ts';
import type { HostKeyPolicy } from '../../src/domain/inventory.ts';
import { type Connection, isFailure } from '../../src/engine/ports.ts';
import { createKnownHosts } from '../../src/io/known-hosts-files.ts';
import { createConnect } from '../../src/io/ssh/connect.ts';
import { createPrivateKeys } from '../../src/io/ssh/private-keys.ts';
import { CLEAN_ENV } from './run.ts';

/** What a test says about the server; everything else is what a careful operator would set. */
export interface Reach {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly hostKeys?: readonly string[];
  readonly knownHostsFiles?: readonly string[];
  readonly hostKeyPolicy?: HostKeyPolicy;
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
    identityFiles: identityFile === undefined ? [] : [{ path: identityFile, named: true }],
    certificateFiles: [],
    identityAgent: null,
    identitiesOnly: false,
    via: reach.via ?? null,
    connectTimeoutMs: reach.connectTimeoutMs ?? 5_000,
    timeoutMs: reach.timeoutMs ?? 10_000,
  };
}

export function connectTo(reach: Reach): Promise<Connection | Failure> {
  const connect = createConnect({
    knownHosts: createKnownHosts(reach.knownHosts ?? null),
    privateKeys: createPrivateKeys({
      privateKey: reach.privateKey ?? null,
      passphrase: reach.passphrase ?? null,
    }),
    env: CLEAN_ENV,
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
