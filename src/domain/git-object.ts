import { createHash } from 'node:crypto';

/** The id of a blob with these bytes, in the hash of the repository: SHA-1 where ids have 40 digits, else SHA-256. */
export const blobId = (bytes: Uint8Array, digits: number): string =>
  createHash(digits === 40 ? 'sha1' : 'sha256')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
