import { execFile } from 'node:child_process';
import { fromBytes } from '../domain/remote-path.ts';

/**
 * The top of the work tree that a directory belongs to, one character per byte; null outside Git and without a `git`
 * program. `env` is the child's environment, without secrets.
 */
export const gitTopLevel = (
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> =>
  new Promise(resolve => {
    execFile(
      'git',
      ['rev-parse', '--show-toplevel'],
      { cwd: directory, env: { ...env }, timeout: 10_000, encoding: 'buffer' },
      (error, stdout) => resolve(error ? null : fromBytes(stdout).replace(/\n$/, '') || null),
    );
  });
