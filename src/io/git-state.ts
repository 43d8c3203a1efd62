import type { GitState } from '../domain/report.ts';
import { type GitPlace, runGit } from './git-command.ts';

/**
 * The commit, branch and dirtiness of the Git copies; null outside Git, without a commit, and without a `git` program.
 * `paths` are absolute; their changes make the state dirty. One process, which does not even write the index.
 */
export async function readGitState(place: GitPlace, paths: readonly string[]): Promise<GitState | null> {
  const options = ['--porcelain=v2', '--branch', '--untracked-files=normal'];
  const { stdout, end } = await runGit(place, ['status', ...options, '--', ...paths]);
  return end === 'ok' ? parseStatus(stdout.toString()) : null;
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
    ref: null,
  };
}
