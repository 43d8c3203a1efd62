import { type ChildProcessWithoutNullStreams, type SpawnOptions, spawn } from 'node:child_process';

/** A program to run, and where. */
export interface ChildCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly options: Pick<SpawnOptions, 'cwd' | 'env' | 'detached'>;
}

/**
 * Starts a child process with three pipes. Where the system has no more files or processes to give, Node throws at once
 * for some reasons, and gives for others a child without its pipes; both come back as an error of a system call. A missing
 * program is told later, by the child's `error` event.
 */
export function startChild({
  program,
  args,
  options,
}: ChildCommand): ChildProcessWithoutNullStreams | NodeJS.ErrnoException {
  try {
    const child = spawn(program, args, { ...options, stdio: 'pipe' });
    if (child.stdout) return child;
    // It says so again in its `error` event.
    (child as ChildProcessWithoutNullStreams).on('error', () => {});
    return Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
