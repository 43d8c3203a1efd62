// Runs the built program as a user does: its own process, its own environment, its streams apart.

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

export const MAIN = join(import.meta.dirname, '../../dist/main.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  /** Nothing is inherited but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file to write to instead of a pipe. */
  readonly stdout?: string;
  /** Sent as soon as this text has come on stdout or stderr. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly after: Promise<unknown> };
}

const isLeftOpen = (args: readonly string[]): boolean =>
  ['check', 'doctor', 'init', 'probe'].includes(args[0] ?? '') &&
  !args.some(arg => ['--ssh-config', '--help'].includes(arg));

/** `sshdrift ARGS`. Whatever ~/.ssh/config says here has no say in it, unless the test brings a configuration. */
export function sshdrift(
  args: readonly string[],
  { cwd, env = {}, stdout, signal }: CliOptions,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const file = stdout === undefined ? null : openSync(stdout, 'w');
    const child = spawn(
      process.execPath,
      [MAIN, ...args, ...(isLeftOpen(args) ? ['--ssh-config', 'none'] : [])],
      {
        cwd,
        env: { PATH: process.env.PATH, ...env },
        stdio: ['ignore', file ?? 'pipe', 'pipe'],
      },
    );
    if (file !== null) closeSync(file);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', chunk => out.push(chunk));
    child.stderr?.on('data', chunk => err.push(chunk));
    child.on('error', reject);
    child.on('close', code =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
    void signal?.after.then(() => child.kill(signal.name));
  });
}
