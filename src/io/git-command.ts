// How every `git` is run: it only reads, runs no program that a repository's own configuration names (no fsmonitor, no
// gpg, no pager, no external diff), asks nobody anything, and fetches nothing, so that a missing object of a partial
// clone is an error and not a connection. Filter drivers (git-lfs, git-crypt) are the exception: where a checkout would
// run them, `cat-file --filters` does.

import { hideSecrets } from '../domain/redact.ts';
import { errorCode, fileTrouble } from './file-trouble.ts';
import { startChild } from './start-child.ts';

/** Where a `git` runs. */
export interface GitPlace {
  readonly directory: string;
  /** Environment for the child process, without secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What stands before the subcommand. */
export const GIT_OPTIONS: readonly string[] = [
  '--no-optional-locks',
  '--no-pager',
  '--literal-pathspecs',
  ...['-c', 'core.fsmonitor=false'],
  // A directory of committed files may be made to look like a bare repository, with a configuration of its own.
  ...['-c', 'safe.bareRepository=explicit'],
  ...['-c', 'log.showSignature=false'],
  ...['-c', 'log.showRoot=true'],
];

/** The environment of every `git`. GIT_ALLOW_PROTOCOL with a name that no transport has forbids them all. */
export const gitEnv = (env: GitPlace['env']): Record<string, string | undefined> => ({
  ...env,
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOW_PROTOCOL: 'none',
});

/** Limits of one run. */
export interface GitLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

export interface GitResult {
  readonly stdout: Buffer;
  /** The first line of stderr without `fatal: `, one character per byte; empty if there is none. */
  readonly complaint: string;
  /**
   * `cut`: a limit ended it, and stdout is the beginning. `absent`: there is no `git` program, or it could not be started for
   * the reason in `complaint`.
   */
  readonly end: 'ok' | 'failed' | 'cut' | 'absent';
}

const USUAL: GitLimits = { maxBytes: 256 * 1024 ** 2, timeoutMs: 10_000 };

/** Runs one `git` without input to its end, or to a limit. */
export function runGit(
  { directory, env }: GitPlace,
  args: readonly string[],
  { maxBytes, timeoutMs }: GitLimits = USUAL,
): Promise<GitResult> {
  return new Promise(resolve => {
    const child = startChild({
      program: 'git',
      args: [...GIT_OPTIONS, ...args],
      options: { cwd: directory, env: gitEnv(env) },
    });
    if (child instanceof Error) {
      resolve({ stdout: Buffer.alloc(0), complaint: fileTrouble(child), end: 'absent' });
      return;
    }
    child.stdin.on('error', () => {});
    child.stdin.end();
    const out: Buffer[] = [];
    let size = 0;
    let stderr = '';
    let cut = false;
    const stop = (): void => {
      cut = true;
      child.kill('SIGKILL');
      // What it started may live on and hold the other ends.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(stop, timeoutMs);
    const settle = (end: GitResult['end']): void => {
      clearTimeout(timer);
      resolve({ stdout: Buffer.concat(out), complaint: firstComplaint(stderr), end });
    };
    child.stdout.on('data', (chunk: Buffer) => {
      if (cut) return;
      out.push(chunk);
      size += chunk.length;
      if (size > maxBytes) stop();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 4096) stderr += chunk.toString('latin1');
    });
    // Also when `directory` is not there, which spawn(2) cannot tell from a missing program.
    child.on('error', error => {
      if (errorCode(error) !== 'ENOENT') stderr = fileTrouble(error);
      settle('absent');
    });
    child.on('close', code => settle(cut ? 'cut' : code === 0 ? 'ok' : 'failed'));
  });
}

/** What a failed `git` said first, without the logins of URLs and the like. */
export const firstComplaint = (stderr: string): string => {
  const line = stderr.split('\n').find(text => text !== '' && !text.startsWith('warning: ')) ?? '';
  return hideSecrets(line.replace(/^(fatal|error): /, ''));
};
