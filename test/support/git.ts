// Git for tests: an identity, fixed times, no configuration of this machine.

import { execFileSync } from 'node:child_process';

/** Runs `git` in a directory and returns its output without the last line break. */
export type Git = (...args: readonly string[]) => string;

export const GIT_ENV = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.net',
  GIT_COMMITTER_NAME: 'Bob',
  GIT_COMMITTER_EMAIL: 'bob@example.net',
};

export const gitIn =
  (directory: string): Git =>
  (...args) =>
    execFileSync('git', args, {
      cwd: directory,
      env: GIT_ENV,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).replace(/\n$/, '');

/** Commits everything in a work tree, `day` of January 2026 at noon UTC; returns the commit's id. */
export function commitAll(directory: string, subject: string, day: number, author = 'Ann'): string {
  const at = `2026-01-${String(day).padStart(2, '0')}T12:00:00Z`;
  const env = { ...GIT_ENV, GIT_AUTHOR_NAME: author, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
  execFileSync('git', ['add', '-A'], { cwd: directory, env });
  execFileSync('git', ['commit', '-q', '--allow-empty', '-m', subject], { cwd: directory, env });
  return gitIn(directory)('rev-parse', 'HEAD');
}
