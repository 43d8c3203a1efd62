import { spawn } from 'node:child_process';

/** PATH of everything the tests start: the caller's, and root's programs, which an ordinary PATH leaves out. */
export const SEARCH_PATH = `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;

/** The whole environment of the programs that the rig starts: nothing of the caller's but the PATH, and bytes as bytes. */
export const CLEAN_ENV = { PATH: SEARCH_PATH, LC_ALL: 'C' } as const;

/** How a program ended; `exitCode` is null if a signal ended it. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program to its end with `input` on its stdin. Rejects only if it cannot be started. */
export function outcomeOf(argv: readonly string[], input: string | Buffer = ''): Promise<Outcome> {
  const [command = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: CLEAN_ENV, cwd: '/' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', exitCode =>
      resolve({ exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

/** Runs a program that has to succeed, and resolves with its stdout. */
export async function run(argv: readonly string[], input: string | Buffer = ''): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await outcomeOf(argv, input);
  if (exitCode !== 0) throw new Error(`${argv.join(' ').slice(0, 500)}: exit ${exitCode}: ${stderr}`);
  return stdout;
}
