/** POSIX file types in the upper bits of `st_mode`, in the words of the probe script. */
const TYPES: Readonly<Record<number, string>> = {
  9604: 'directory',
  2401: 'FIFO',
  26411: 'socket',
  14406: 'block device',
  4802: 'character device',
  21609: 'symbolic link',
};

const REGULAR = 0o100000;

/** What a mode belongs to, or null for a regular file. */
export function otherType(mode: number): string | null {
  const type = mode & 0o170000;
  return type === REGULAR ? null : (TYPES[type] ?? 'special file');
}

/** Permission bits as four octal digits. */
export const modeOf = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');
