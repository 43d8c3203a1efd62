// Answers of the probe as a server makes them up.

import { createHash } from 'node:crypto';
import type { ServerChannel } from 'ssh2';
import type { ExecFault } from './fault-server.ts';
import { MAIN_CONF } from './hostile-run.ts';

/** The nonce that a command carries. */
export const nonceOf = (command: string): string =>
  /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/.exec(command)?.[0] ?? 'no nonce';

export const hashOf = (content: string): string => createHash('sha256').update(content).digest('hex');

/** The file of the Git copy, as the probe reports it. */
export const SAME = `F 1 file ${hashOf(MAIN_CONF)} 5 1776000000 644 0 0 root:root`;
export const LISTED = 'G 0 listed';

/** Records as one answer, from BEGIN to END. */
export function framed(command: string, records: readonly (string | Buffer)[]): Buffer {
  const start = Buffer.from(`\n${nonceOf(command)} `);
  return Buffer.concat(
    ['BEGIN 1', ...records, 'END sha256sum'].flatMap(record => [start, Buffer.from(record as string)]),
  );
}

/** What a server in sync says. */
export const honest = (command: string): Buffer => framed(command, [LISTED, SAME]);

export const answering =
  (make: (command: string) => string | Buffer, exitCode = 0) =>
  (command: string): ExecFault => ({ do: 'answer', stdout: make(command), exitCode });

/** Writes and closes as the honest do. */
export function finish(channel: ServerChannel, stdout: Buffer): void {
  channel.write(stdout, () => {
    channel.exit(0);
    channel.end();
  });
}
