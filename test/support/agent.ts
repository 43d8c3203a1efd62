// A real ssh-agent on a socket of its own, and agents that misbehave.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programPath } from './find-program.ts';
import { CLEAN_ENV } from './run.ts';

/** A running agent. */
export interface Agent {
  readonly path: string;
  /** `ssh-add ARGS`, with `input` for what it asks (an `ssh-askpass` of ours prints it). */
  readonly add: (args: readonly string[], input?: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts `ssh-agent`; `confirm` is what its dialogue answers for keys that want confirmation. */
export async function startAgent(confirm: 'yes' | 'no' = 'no'): Promise<Agent> {
  const dir = await mkdtemp(join(tmpdir(), 'sshdrift-agent-'));
  const path = join(dir, 'socket');
  const dialogue = join(dir, 'dialogue');
  await writeFile(dialogue, `#!/bin/sh\n[ ${confirm} = yes ]\n`);
  await chmod(dialogue, 0o755);
  const askpass = { SSH_ASKPASS: dialogue, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: 'none' };
  const child = spawn(programPath('ssh-agent'), ['-D', '-a', path], {
    env: { ...CLEAN_ENV, ...askpass },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(child, 'close');
  await once(child.stdout, 'data'); // it names its socket once it listens
  return {
    path,
    add: async (args, input = '') => {
      const answer = join(dir, 'answer');
      await writeFile(answer, `#!/bin/sh\necho '${input}'\n`);
      await chmod(answer, 0o755);
      const add = spawn(programPath('ssh-add'), [...args], {
        env: { ...CLEAN_ENV, ...askpass, SSH_ASKPASS: answer, SSH_AUTH_SOCK: path },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      add.stderr.on('data', chunk => {
        said += chunk;
      });
      const [code] = await once(add, 'close');
      if (code !== 0) throw new Error(`ssh-add ${args.join(' ')}: ${said}`);
    },
    stop: async () => {
      child.kill();
      await closed;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** An agent that does with each connection what a test says. */
export async function startFakeAgent(
  serve: (socket: Socket) => void,
): Promise<{ readonly path: string; readonly stop: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'sshdrift-agent-'));
  const path = join(dir, 'socket');
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    path,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
