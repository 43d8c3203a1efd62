import { execFile } from 'node:child_process';
import type { GitState } from '../domain/report.ts';

export interface GitPlace {
  /** A directory of the work tree. */
  readonly directory: string;
  /** Absolute paths whose changes make the state dirty. */
  readonly paths: readonly string[];
  /** Environment for the child process, without secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The commit, branch and dirtiness of the Git copies; null outside Git, without a commit, and without a `git` program.
 * One process. Optional locks are off so that even the index is only read. The files of a repository may have been
 * written by anyone, so no program is run that they name: not as a file system monitor, and not by the configuration of a
 * bare repository that was committed among them.
 */
export function readGitState({ directory, paths, env }: GitPlace): Promise<GitState | null> {
  const args = [
    '--no-optional-locks',
    '--literal-pathspecs',
    '-c',
    'core.fsmonitor=false',
    '-c',
    'safe.bareRepository=explicit',
    'status',
    '--porcelain=v2',
    '--branch',
    '--untracked-files=normal',
    '--',
    ...paths,
  ];
  return new Promise(resolve => {
    execFile(
      'git',
      args,
      { cwd: directory, env: { ...env }, timeout: 10_000, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout) => resolve(error ? null : parseStatus(stdout)),
    );
  });
}

/** Reads `git status --porcelain=v2 --branch` (git-status(1), "Porcelain Format Version 2"). */
export function parseStatus(output: string): GitState | null {
  const lines = output.split('\n').filter(line => line !== '');
  const header = (name: string): string | undefined =>
    lines.find(line => line.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length);
  const commit = header('oid');
  const head = header('head');
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return null;
  return {
    commit,
    branch: head === undefined || head === '(detached)' ? null : head,
    dirty: lines.some(line => !line.startsWith('# ')),
  };
}
