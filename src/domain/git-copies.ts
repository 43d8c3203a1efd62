import { createHash } from 'node:crypto';
import type { RemotePath } from './remote-path.ts';
import type { Sha256 } from './snapshot.ts';

/** The Git copy of one remote path. */
export interface GitCopy {
  /** Local path as messages show it, e.g. `files/rsyslog.d/30-lab.conf`. */
  readonly source: string;
  readonly bytes: Buffer;
  readonly sha256: Sha256;
}

/** What Git says one server should have, layers merged. */
export type GitCopies = ReadonlyMap<RemotePath, GitCopy>;

/** SHA-256 of bytes, lower-case hex. */
export const sha256 = (bytes: Uint8Array): Sha256 =>
  createHash('sha256').update(bytes).digest('hex') as Sha256;

/** SHA-256 of bytes that come in pieces. */
export function startSha256(): {
  readonly update: (bytes: Uint8Array) => void;
  readonly digest: () => Sha256;
} {
  const hash = createHash('sha256');
  return {
    update: bytes => void hash.update(bytes),
    digest: () => hash.digest('hex') as Sha256,
  };
}
