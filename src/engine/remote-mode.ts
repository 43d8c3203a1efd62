/** POSIX file types in the upper bits of `st_mode`, in the words of the probe script. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [0o040000, 'directory'],
  [0o010000, 'FIFO'],
  [0o140000, 'socket'],
  [0o060000, 'block device'],
  [0o020000, 'character device'],
  [0o120000, 'symbolic link'],
]);

const REGULAR = 0o100000;

/** What a mode belongs to, or null for a regular file. */
export function otherType(mode: number): string | null {
  const type = mode & 0o170000;
  return type === REGULAR ? null : (TYPES.get(type) ?? 'special file');
}

/** Permission bits as four octal digits. */
export const modeOf = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');
