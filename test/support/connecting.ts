// Connects with the real adapter to whatever a test has started.

import { readFileSync } from 'node:fs';
import type { Failure } from '../../src/domain/failure.ts';
import type { Server, SshSettings } from '../../src/domain/inventory.ts';
import { remotePath } from '../../src/domain/remote-path.ts';
import { parseWatch } from '../../src/domain/watch.ts';
import type { Connection, Target } from '../../src/engine/ports.ts';
import { isFailure } from '../../src/engine/ports.ts';
import { createKnownHosts } from '../../src/io/known-hosts-files.ts';
import { createConnect } from '../../src/io/ssh/connect.ts';
import { createPrivateKeys } from '../../src/io/ssh/private-keys.ts';

/** What a test says about the server; everything else is what a careful operator would set. */
export interface Reach {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly hostKeys?: readonly string[];
  readonly ssh?: Partial<SshSettings>;
  /** Text of SSH_KNOWN_HOSTS. */
  readonly knownHosts?: string;
  readonly identityFile?: string;
  /** Text of SSH_PRIVATE_KEY. */
  readonly privateKey?: string;
  readonly passphrase?: string;
  readonly home?: string;
  readonly signal?: AbortSignal;
}

export function targetOf({
  host,
  port,
  user = 'root',
  hostKeys = [],
  ssh = {},
  identityFile,
}: Reach): Target {
  const server: Server = {
    name: 'server',
    host,
    hostKeys,
    labels: {},
    ssh: {
      user,
      port,
      identityFile: identityFile ?? null,
      knownHosts: null,
      hostKeyPolicy: 'yes',
      connectTimeoutMs: 5_000,
      timeoutMs: 10_000,
      ...ssh,
    },
    scope: {
      layers: [],
      root: remotePath('/etc'),
      watch: [parseWatch(remotePath('/etc/rsyslog.conf'))],
      unmanaged: 'drift',
      ignore: [],
      expect: null,
      maxFileSize: 1024 * 1024,
    },
  };
  return { server, destination: { host, port, user }, copies: new Map() };
}

export function connectTo(reach: Reach): Promise<Connection | Failure> {
  const home = reach.home ?? '/nonexistent';
  const connect = createConnect({
    knownHosts: createKnownHosts({ home, text: reach.knownHosts ?? null }),
    privateKeys: createPrivateKeys({
      privateKey: reach.privateKey ?? null,
      passphrase: reach.passphrase ?? null,
      home,
    }),
  });
  return connect(targetOf(reach), reach.signal ?? new AbortController().signal);
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
