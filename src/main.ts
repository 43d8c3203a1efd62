// The only file that touches `process`: argv, environment, streams and signals in, an exit code out.

import { homedir, userInfo } from 'node:os';
import { isatty } from 'node:tty';
import pkg from '../package.json' with { type: 'json' };
import { readEnvironment, SECRET_VARIABLES } from './cli/environment.ts';
import { EXIT, interruptedCode } from './cli/exit-code.ts';
import { run } from './cli/program.ts';
import { openTerminal } from './cli/terminal.ts';
import type { Output } from './cli/world.ts';

const env = { ...process.env };
for (const name of SECRET_VARIABLES) delete process.env[name];

// The first signal ends the run, which reports what is known; the second ends the program.
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort(signal));

/** Milliseconds that an interrupted run has, whatever it is doing. */
const INTERRUPTED_MS = 900;

/**
 * Ends the program. exit(3) waits for getaddrinfo(3), which nothing stops and which may take half a minute; to die of the
 * signal that interrupted us does not, and looks the same to a shell: 128 and its number.
 */
function leave(code: number): never {
  const { aborted, reason } = interrupt.signal;
  if (aborted && process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) {
    process.removeAllListeners(reason);
    process.kill(process.pid, reason);
  }
  process.exit(code);
}

/** Why a stream could not be written, if it was not its reader that went away: `| head` is no error of ours. */
let unwritten: Error | null = null;

const output = (stream: NodeJS.WriteStream): Output => {
  let closed = false;
  stream.on('error', error => {
    closed = true;
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') unwritten ??= error;
  });
  return {
    write: text => stream.write(text),
    isTTY: stream.isTTY === true,
    columns: () => stream.columns || 80,
    isClosed: () => closed,
  };
};

/** Resolves when everything written so far has reached the stream's end, or never will. */
const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise(resolve => {
    stream.write('', () => resolve());
  });

/** From the passwd database, as OpenSSH takes them; a container may run under a uid that is not in it. */
function user(): { readonly homedir: string; readonly username: string } {
  try {
    return userInfo();
  } catch {
    return { homedir: homedir(), username: env.USER || 'root' };
  }
}

const { homedir: home, username } = user();
// Node makes a stream of stdin when it is first looked at, which takes two milliseconds.
const attended = isatty(0) && isatty(2) && !readEnvironment(env).ci;
const terminal = attended
  ? openTerminal({ input: process.stdin, output: process.stderr, interrupt: () => interrupt.abort('SIGINT') })
  : null;
interrupt.signal.addEventListener('abort', () => {
  setTimeout(() => {
    terminal?.close();
    leave(interruptedCode(interrupt.signal) ?? EXIT.trouble);
  }, INTERRUPTED_MS);
});
const ran = run(process.argv.slice(2), {
  version: pkg.version,
  env,
  cwd: process.cwd(),
  home,
  userName: username,
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  terminal,
  signal: interrupt.signal,
});

// No top-level await: the bundle is no ES module. What is thrown is a bug, and ends the program with its stack.
void ran.then(async (exitCode): Promise<void> => {
  let code: number = exitCode;
  terminal?.close();
  await Promise.all([written(process.stdout), written(process.stderr)]);
  if (unwritten !== null) {
    code = EXIT.trouble;
    process.stderr.write(`sshdrift: error: cannot write the result: ${(unwritten as Error).message}\n`);
  }
  // Not by running out of things to do: a socket or a timer that a library left behind would hold the program after its
  // deadline.
  leave(code);
});
