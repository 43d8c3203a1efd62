/** The code of a failed system call (`ENOENT`, `EACCES`, …), or null for any other error. */
export const errorCode = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EEXIST: 'there is something else of that name',
  ENOTDIR: 'not a directory, or a part of its path is none',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links, or a loop of them',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
  ENFILE: 'too many open files',
  EDQUOT: 'the disk quota is used up',
  EIO: 'input/output error',
  ESTALE: 'its network file system has lost it (stale file handle)',
  ENXIO: 'it is a socket, or a device that is not there',
  EFBIG: 'it is too large',
  ETIMEDOUT: 'nothing is written into this pipe',
  EAGAIN: 'the system has too many processes',
  ENOMEM: 'out of memory',
  EXDEV: 'it leads out of the repository',
  ESUBMODULE: 'it is a submodule, whose files are in another repository',
};

/** Why a local file could not be used, in words. Errors that no system call made are bugs, and thrown on. */
export function fileTrouble(error: unknown): string {
  const code = errorCode(error);
  if (code === null) throw error;
  return REASONS[code] ?? code;
}
