// Runs a probe command the way sshd does: through a login shell, with its output as bytes.

import { spawnSync } from 'node:child_process';
import { type Answer, parseAnswer } from '../../src/domain/probe/answer.ts';
import { probeCommand } from '../../src/domain/probe/command.ts';
import type { Glob, Question } from '../../src/domain/probe/question.ts';
import { fromBytes, type RemotePath, remotePath } from '../../src/domain/remote-path.ts';

export const NONCE = '0123456789abcdef0123456789abcdef';

export interface Run {
  readonly shell: readonly string[];
  /** Run as this user; only root can. */
  readonly uid?: number;
  readonly path?: string;
}

/** What the command printed, or an error if it could not be run at all. */
export function runCommand(command: string, run: Run): Buffer {
  const [program, ...args] = run.shell;
  const result = spawnSync(program as string, [...args, '-c', command], {
    maxBuffer: 64 * 1024 * 1024,
    // Nothing that is asked here may keep it waiting.
    timeout: 60_000,
    killSignal: 'SIGKILL',
    env: { PATH: run.path ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    ...(run.uid === undefined ? {} : { uid: run.uid, gid: run.uid }),
  });
  if (result.error) throw result.error;
  return result.stdout;
}

/** Asks a question of this machine. */
export const ask = (question: Question, run: Run): Answer =>
  parseAnswer(question, NONCE, runCommand(probeCommand(question, NONCE), run));

/** The answer, which must be whole. */
export function askWhole(question: Question, run: Run): Extract<Answer, { kind: 'whole' }> {
  const answer = ask(question, run);
  if (answer.kind !== 'whole') throw new Error(`the answer is ${JSON.stringify(answer)}`);
  return answer;
}

/** A question with defaults: nothing asked, 1 MiB, found files inspected. */
export const question = (part: Partial<Question>): Question => ({
  files: [],
  globs: [],
  found: 'inspect',
  packages: false,
  service: null,
  maxFileSize: 1024 * 1024,
  ...part,
});

export const globOf = (directory: string | Buffer, pattern: string): Glob => ({
  kind: 'glob',
  directory: pathOf(directory),
  pattern,
});

export const pathOf = (path: string | Buffer): RemotePath =>
  typeof path === 'string' ? remotePath(path) : fromBytes(path);
