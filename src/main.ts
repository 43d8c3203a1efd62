// The only file that touches `process`: argv, environment, streams and signals in, an exit code out.

import { homedir, userInfo } from 'node:os';
import pkg from '../package.json' with { type: 'json' };
import { readEnvironment, SECRET_VARIABLES } from './cli/environment.ts';
import { run } from './cli/program.ts';
import { openTerminal } from './cli/terminal.ts';
import type { Output } from './cli/world.ts';

const env = { ...process.env };
for (const name of SECRET_VARIABLES) delete process.env[name];

// The first signal ends the run and reports what is known; the second ends the program.
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort(signal));

/** A reader that goes away (`| head`) is no error of ours. */
const output = (stream: NodeJS.WriteStream): Output => {
  stream.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  });
  return { write: text => stream.write(text), isTTY: stream.isTTY === true };
};

/** From the passwd database, as OpenSSH takes them; a container may run under a uid that is not in it. */
function user(): { readonly homedir: string; readonly username: string } {
  try {
    return userInfo();
  } catch {
    return { homedir: homedir(), username: env.USER || 'root' };
  }
}

const { homedir: home, username } = user();
const { stdin, stderr } = process;
const attended = stdin.isTTY && stderr.isTTY && !readEnvironment(env).ci;
const terminal = attended
  ? openTerminal({ input: stdin, output: stderr, interrupt: () => interrupt.abort('SIGINT') })
  : null;
process.exitCode = await run(process.argv.slice(2), {
  version: pkg.version,
  env,
  cwd: process.cwd(),
  home,
  userName: username,
  stdout: output(process.stdout),
  stderr: output(stderr),
  terminal,
  signal: interrupt.signal,
});
terminal?.close();
