// Is an extra file just what a package of the distribution brought? Decided by the bytes that were received, not by what
// a package tool thinks of the file. What is not known for certain is not shipped, so that it counts as drift.

import { createHash } from 'node:crypto';
import type { ShippedBy } from './file-verdict.ts';
import type { RemoteFile, Shipped } from './snapshot.ts';

/** By length of the digest in hex digits: dpkg and ucf say MD5, rpm what the package was built with. */
const ALGORITHMS: ReadonlyMap<number, string> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
  [96, 'sha384'],
  [128, 'sha512'],
]);

/** The package of a file, or null if there is none or its version and the server's cannot be compared. */
export function shippedBy(remote: RemoteFile, shipped: Shipped | null): ShippedBy | null {
  if (shipped === null || remote.kind !== 'file') return null;
  const digest = digestOf(remote, shipped.digest.length);
  return digest === null ? null : { name: shipped.package, unmodified: digest === shipped.digest };
}

function digestOf(file: Extract<RemoteFile, { kind: 'file' }>, length: number): string | null {
  const algorithm = ALGORITHMS.get(length);
  if (algorithm === 'sha256') return file.sha256;
  if (algorithm === undefined || file.bytes === null) return null;
  try {
    return createHash(algorithm).update(file.bytes).digest('hex');
  } catch {
    return null; // MD5 is not to be had where Node obeys FIPS
  }
}

/** What reports say of a packaged file; the name still has to be escaped. */
export const packageText = ({ name, unmodified }: ShippedBy): string =>
  unmodified ? `shipped by ${name}` : `shipped by ${name}, modified`;
