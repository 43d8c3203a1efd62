// `sshdrift watch` as a process of its own, whose output is waited for; ended with the test.

import { type ChildProcess, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { MAIN } from './cli.ts';

export interface Watching {
  readonly child: ChildProcess;
  /** Resolves with the output since the last call as soon as it matches; the test's time limit is the alternative. */
  readonly stdout: (pattern: RegExp) => Promise<string>;
  readonly stderr: (pattern: RegExp) => Promise<string>;
  /** Everything so far. */
  readonly all: () => { readonly stdout: string; readonly stderr: string };
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string | null>;
}

interface Listening {
  readonly until: (pattern: RegExp) => Promise<string>;
  readonly text: () => string;
}

/** Reads a stream; what was matched is not looked at again. */
function listenTo(stream: NodeJS.ReadableStream | null): Listening {
  let text = '';
  let seen = 0;
  let look = (): void => undefined;
  stream?.on('data', chunk => {
    text += chunk;
    look();
  });
  return {
    text: () => text,
    until: pattern =>
      new Promise(resolve => {
        look = () => {
          const rest = text.slice(seen);
          const match = pattern.exec(rest);
          if (!match) return;
          look = () => undefined;
          seen += match.index + match[0].length;
          resolve(rest.slice(0, match.index + match[0].length));
        };
        look();
      }),
  };
}

/** Starts `sshdrift watch ARGS`, without anybody's ssh configuration. */
export function startWatching(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Watching {
  const child = spawn(process.execPath, [MAIN, 'watch', '--ssh-config', 'none', ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | string | null>(resolve => {
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const [out, err] = [listenTo(child.stdout), listenTo(child.stderr)];
  return {
    child,
    stdout: out.until,
    stderr: err.until,
    all: () => ({ stdout: out.text(), stderr: err.text() }),
    ended,
  };
}
