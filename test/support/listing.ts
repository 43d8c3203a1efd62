import type { Place } from './place.ts';

/** Everything in the server that can be written, or that a client could change. */
export const WRITABLE = ['/etc', '/root', '/home', '/var', '/run', '/tmp', '/dev/shm'];

const script = (dirs: string): string => `
find ${dirs} -printf '%p\\0%y %m %U:%G %s bytes, modified %T@, changed %C@ %l\\0'
printf '\\0'
find ${dirs} -type f -exec sha256sum -z {} +
`;

/**
 * One line for each entry below the server's writable directories: name, type, mode, owner, size, times of modification
 * and change (nanoseconds), link target, SHA-256 of the content. Two equal listings prove that nothing was written,
 * touched, renamed or re-owned in between. Times of access are left out: reading is what a check is for.
 */
export async function treeListing(place: Place): Promise<readonly string[]> {
  const dirs = place.prefix === '' ? WRITABLE.join(' ') : `'${place.prefix}'`;
  const fields = (await place.sh(script(dirs))).toString('latin1').split('\0');
  const middle = fields.indexOf('');
  const hashes = new Map(fields.slice(middle + 1).map(line => [line.slice(66), line.slice(0, 64)]));
  const lines: string[] = [];
  for (let i = 0; i + 1 < middle; i += 2) {
    const name = fields[i] ?? '';
    lines.push(`${JSON.stringify(name)} ${fields[i + 1]} ${hashes.get(name) ?? ''}`);
  }
  return lines.sort();
}
