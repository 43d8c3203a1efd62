import { connect } from 'node:net';

/** As OpenSSH's client. */
const MAX_ANSWER = 256 * 1024;

/**
 * One question to an agent, over a connection of its own: the answer's bytes, or why there is none, in words. The answer
 * is bounded in size and, by `timeoutMs`, in time.
 */
export function agentRequest(path: string, request: Buffer, timeoutMs: number): Promise<Buffer | string> {
  return new Promise(resolve => {
    const socket = connect(path);
    const timer = setTimeout(() => end(`no answer in ${timeoutMs / 1000} s`), timeoutMs);
    const end = (answer: Buffer | string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    let read = Buffer.alloc(0);
    socket.on('error', (error: NodeJS.ErrnoException) => end(REASONS[error.code ?? ''] ?? error.message));
    socket.on('close', () => end('it closed the connection'));
    socket.on('data', chunk => {
      read = Buffer.concat([read, chunk]);
      if (read.length < 4) return;
      const length = read.readUInt32BE();
      if (length === 0 || length > MAX_ANSWER) end('it does not speak the agent protocol');
      else if (read.length >= 4 + length) end(read.subarray(4, 4 + length));
    });
    socket.write(request);
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such socket',
  ECONNREFUSED: 'nobody listens on the socket',
  EACCES: 'permission denied',
  ENOTSOCK: 'it is no socket',
};
