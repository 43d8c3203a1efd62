import type { Client, ClientChannel } from 'ssh2';
import type { Failure } from '../../domain/failure.ts';
import type { Execution } from '../../engine/ports.ts';
import type { Lifeline } from './lifeline.ts';
import { takesPackets } from './ssh2-internals.ts';

const STDERR_KEPT = 64 * 1024;

/**
 * Runs one command, with `input` on its stdin if there is any, and collects what it prints. Judged when the channel closes: data may come after the
 * exit status, and a connection that was cut looks like a clean end of output but for the missing status.
 */
export function exec(
  client: Client,
  command: string,
  terms: {
    readonly host: string;
    readonly maxBytes: number;
    readonly lifeline: Lifeline;
    readonly input: string | null;
  },
): Promise<Execution | Failure> {
  const { host, maxBytes, lifeline, input } = terms;
  const answer = new Promise<Execution | Failure>(resolve => {
    const opened = (error: Error | undefined, channel: ClientChannel): void => {
      if (error) {
        // On a lost connection ssh2 calls back too; then the lifeline's reason is the better one.
        setImmediate(() => resolve(openFailure(host, error)));
        return;
      }
      collect(channel);
    };
    const collect = (channel: ClientChannel): void => {
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let bytes = 0;
      let errorBytes = 0;
      let exit: { readonly code: number | null; readonly signal: string | undefined } | null = null;
      const count = (chunk: Buffer): void => {
        bytes += chunk.length;
        if (bytes > maxBytes) lifeline.end({ code: 'probe/too-large', host, limit: maxBytes });
      };
      // ssh2 does not enforce the receive window (mscdex/ssh2#1505): only reading on and counting bounds the memory.
      channel.on('data', (chunk: Buffer) => {
        count(chunk);
        if (!lifeline.isOver()) stdout.push(chunk);
      });
      channel.stderr.on('data', (chunk: Buffer) => {
        count(chunk);
        if (errorBytes < STDERR_KEPT) stderr.push(chunk.subarray(0, STDERR_KEPT - errorBytes));
        errorBytes += chunk.length;
      });
      channel.on('exit', (code: number | null, signal?: string) => {
        exit = { code, signal };
      });
      channel.on('close', () => {
        if (typeof exit?.code === 'number') {
          resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), exitCode: exit.code });
        } else if (exit?.signal) {
          // ssh2 puts SIG before what the server calls it, which is KILL.
          resolve({ code: 'probe/killed', host, signal: exit.signal.replace(/^SIG/, '') });
        } else {
          // The connection's own end, if that is the cause, is told to the lifeline a moment later.
          setImmediate(() =>
            resolve({ code: 'ssh/interrupted', host, detail: 'the channel closed without an exit status' }),
          );
        }
      });
      if (input === null) channel.end();
      else if (takesPackets(channel)) channel.end(input);
      else
        lifeline.end({ code: 'ssh/protocol', host, detail: 'takes no input: its largest packet is 0 bytes' });
    };
    try {
      client.exec(command, opened);
    } catch (error) {
      setImmediate(() => resolve({ code: 'ssh/interrupted', host, detail: (error as Error).message }));
    }
  });
  return lifeline.during(answer);
}

function openFailure(host: string, error: Error): Failure {
  if (/unable to exec/i.test(error.message)) return { code: 'ssh/exec-refused', host, detail: error.message };
  if (/channel open failure/i.test(error.message)) {
    return { code: 'ssh/channel-refused', host, detail: error.message.replace(/^\(SSH\) /, '') };
  }
  return { code: 'ssh/interrupted', host, detail: error.message };
}
