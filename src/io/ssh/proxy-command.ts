// ProxyCommand: a program whose stdin and stdout are the connection. Run as OpenSSH runs it, but always by /bin/sh, and
// in a session of its own, so that it ends with all that it started, and never asks a person.

import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { kill } from 'node:process';
import { Duplex } from 'node:stream';
import type { Destination } from '../../domain/destination.ts';
import type { Failure } from '../../domain/failure.ts';
import { lastWords } from '../../domain/failure-quotes.ts';
import { fileTrouble } from '../file-trouble.ts';
import { startChild } from '../start-child.ts';
import type { Lifeline } from './lifeline.ts';
import { isLoss, type Transport } from './transport.ts';

/** Bytes; not all are told, see {@link lastWords}. */
const STDERR_KEPT = 4096;
/** How long a command may take to end after SIGHUP, and its last words after that, in milliseconds. */
const GRACE_MS = 500;

export interface ProxyCommand {
  /** Tokens are expanded. */
  readonly command: string;
  /** Without secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of this run's commands, each one's end: until then it stands in here. */
  readonly running: Set<Promise<void>>;
}

/** Starts the command; whether it brings a connection shows when the server speaks. */
export function runProxyCommand(
  { command, env, running }: ProxyCommand,
  { host, connectTimeoutMs }: Destination,
  lifeline: Lifeline,
): Transport {
  const program = command.trim().split(/\s/)[0] ?? '';
  const child = startChild({
    program: '/bin/sh',
    args: ['-c', `exec ${command}`],
    options: { env: { ...env }, detached: true },
  });
  if (child instanceof Error) {
    const detail = `it cannot be started: ${fileTrouble(child)}`;
    return stillborn({ code: 'ssh/proxy-failed', host, program, detail, output: '' }, lifeline);
  }
  let stderr = Buffer.alloc(0);
  let ending: string | null = null;
  let ended = false;
  const closed = new Promise<void>(resolve => {
    child.once('close', () => resolve());
  });
  const gone = new Promise<void>(resolve => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  running.add(gone);
  void gone.then(() => running.delete(gone));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = Buffer.concat([stderr, chunk]).subarray(-STDERR_KEPT);
  });
  child.once('error', error => {
    ending ??= error.message;
  });
  child.once('exit', (code, signal) => {
    ending ??= signal === null ? `exit ${code}` : `killed by ${signal}`;
    clearTimeout(timer);
    // What it left running in its session; the process group lives as long as any of them.
    signalGroup(child.pid, 'SIGKILL');
  });

  const failed = async (): Promise<Failure> => {
    // Its last words and its exit status come a little later than the end of its output.
    await Promise.race([closed, new Promise(resolve => setTimeout(resolve, GRACE_MS).unref())]);
    const detail = ending ?? 'it closed the connection';
    return { code: 'ssh/proxy-failed', host, program, detail, output: lastWords(stderr) };
  };
  const timer = setTimeout(() => {
    ending = `no answer in ${connectTimeoutMs / 1000} s`;
    lifeline.end({ code: 'ssh/interrupted', host, detail: ending });
  }, connectTimeoutMs);
  child.stdout.once('readable', () => clearTimeout(timer));

  const end = (): void => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    signalGroup(child.pid, 'SIGHUP');
    const last = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS);
    child.once('exit', () => clearTimeout(last));
    if (child.exitCode !== null || child.signalCode !== null) clearTimeout(last);
  };
  const stream = streamOf(child);
  const transport: Transport = {
    stream,
    destroy: () => {
      stream.destroy();
      end();
    },
    finish: () => {
      // A command that reads no more is not waited for.
      const impatient = setTimeout(end, GRACE_MS);
      stream.end(() => {
        clearTimeout(impatient);
        end();
      });
    },
    explain: failure => (isLoss(failure) ? failed() : failure),
  };
  lifeline.carry(transport);
  return transport;
}

/** What stands for a connection that could not even be tried. */
function stillborn(failure: Failure, lifeline: Lifeline): Transport {
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const destroy = (): void => void stream.destroy();
  const transport: Transport = { stream, destroy, finish: destroy, explain: told => told };
  lifeline.carry(transport);
  setImmediate(() => lifeline.end(failure));
  return transport;
}

/**
 * The command's stdout and stdin as one stream. Not by `Duplex.from`: a command that ends before it has read our first
 * bytes makes writing fail, and that would throw away what the command said before it ended.
 */
function streamOf({ stdin, stdout }: ChildProcessWithoutNullStreams): Duplex {
  const stream = new Duplex({
    // As a socket: when nothing comes any more it is over, though the command may still take what we send.
    allowHalfOpen: false,
    read: () => void stdout.resume(),
    write: (chunk, _encoding, done) => void stdin.write(chunk, () => done()),
    final: done => void stdin.end(() => done()),
  });
  stdin.on('error', () => undefined);
  stdout.on('data', chunk => stream.push(chunk) || stdout.pause());
  stdout.on('end', () => stream.push(null));
  stream.on('close', () => {
    stdin.destroy();
    stdout.destroy();
  });
  return stream;
}

/** To every process of the group that the child leads; it may be gone. */
function signalGroup(pid: number | undefined, signal: 'SIGHUP' | 'SIGKILL'): void {
  try {
    if (pid !== undefined) kill(-pid, signal);
  } catch {
    // Gone already.
  }
}
