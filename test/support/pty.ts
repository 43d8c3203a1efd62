import { spawn } from 'node:child_process';
import { MAIN } from './cli.ts';
import { programPath } from './find-program.ts';

/** `sshdrift` on a terminal. */
export interface TerminalRun {
  /** Everything that the terminal shows so far, CRLF as LF. */
  readonly shown: () => string;
  /** Resolves when the terminal shows the text. */
  readonly shows: (text: string) => Promise<void>;
  readonly type: (keys: string) => void;
  /** Exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

/** Starts `sshdrift ARGS` on a terminal of its own, by script(1). Nothing of the environment is inherited but PATH. */
export function onTerminal(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): TerminalRun {
  const command = [process.execPath, MAIN, ...args].map(arg => `'${arg}'`).join(' ');
  const child = spawn(programPath('script'), ['-q', '-e', '-c', command, '/dev/null'], {
    cwd,
    env: { PATH: process.env.PATH, SHELL: '/bin/sh', TERM: 'dumb', ...env },
  });
  let shown = '';
  const watchers = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString().replaceAll('\r\n', '\n');
    for (const watch of watchers) watch();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return {
    shown: () => shown,
    shows: text =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          if (!shown.includes(text)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
        void ended.then(() => reject(new Error(`the terminal never showed "${text}" but:\n${shown}`)));
      }),
    type: keys => void child.stdin.write(keys),
    ended,
  };
}
