// Asks a running server with the real adapter and the real engine, and nothing else.

import type { Failure } from '../../src/domain/failure.ts';
import type { Question } from '../../src/domain/probe/question.ts';
import type { Snapshot } from '../../src/domain/snapshot.ts';
import { isFailure } from '../../src/engine/ports.ts';
import { takeSnapshot } from '../../src/engine/take-snapshot.ts';
import { createNonce } from '../../src/io/nonce.ts';
import { connectTo, destinationOf, type Reach } from './connecting.ts';
import { globOf, pathOf, question } from './run-probe.ts';
import type { Sshd } from './sshd.ts';

/** rsyslog's files, whatever their bytes. */
export const RSYSLOG: Question = question({
  files: [{ path: pathOf('/etc/rsyslog.conf'), sha256: null }],
  globs: [globOf('/etc/rsyslog.d', '*.conf')],
});

/** How to reach a rig. */
export const reachOf = ({ host, port, user, knownHosts, identityFile }: Sshd): Reach => ({
  ...{ host, port, user, knownHosts, identityFile },
});

/** A snapshot, or why there is none; how often a password was wanted is counted by `asked`. */
export async function snapshotOf(
  reach: Reach,
  whole: Question = RSYSLOG,
  { password, asked = () => {} }: { readonly password?: string; readonly asked?: () => void } = {},
): Promise<Snapshot | Failure> {
  const connection = await connectTo(reach);
  if (isFailure(connection)) return connection;
  const becomePassword = async (): Promise<string | null> => {
    asked();
    return password ?? null;
  };
  const ports = { nonce: createNonce, becomePassword };
  const taken = await takeSnapshot(connection, whole, { destination: destinationOf(reach), ports });
  connection.close();
  return isFailure(taken) ? taken : taken.snapshot;
}

/** Names and contents of the files of a snapshot; the code of a failure. */
export const contentsOf = (snapshot: Snapshot | Failure): object | string =>
  isFailure(snapshot)
    ? snapshot.code
    : Object.fromEntries(
        [...snapshot.files].map(([path, file]) => [path, file.kind === 'file' ? `${file.bytes}` : file.kind]),
      );
