// An SSH server in this process that misbehaves on command, or, where there is no sshd, behaves.

import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import type { Socket } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { listen, reset } from './fault-tcp.ts';
import { CLEAN_ENV } from './run.ts';

/** What becomes of one command. */
export type ExecFault =
  | {
      readonly do: 'answer';
      readonly stdout?: string | Buffer;
      readonly stderr?: string;
      readonly exitCode: number;
    }
  /** `CHANNEL_FAILURE`, as a server does that allows no commands. */
  | { readonly do: 'refuse' }
  /** Never replies to the request. */
  | { readonly do: 'ignore' }
  /** Starts the command, sends `stdout`, and then nothing. */
  | { readonly do: 'hang'; readonly stdout?: string | Buffer }
  /** Sends without end, as fast as the client takes it. */
  | { readonly do: 'flood'; readonly stream: 'stdout' | 'stderr' }
  /** Sends `stdout` and closes the channel without an exit status. */
  | { readonly do: 'close'; readonly stdout?: string | Buffer }
  /** Sends `stdout` and ends as if by a signal, e.g. `KILL`. */
  | { readonly do: 'signal'; readonly signal: string; readonly stdout?: string | Buffer }
  /** Sends `stdout`, and once the client has read it ends the TCP connection under the channel. */
  | { readonly do: 'cut'; readonly by: 'fin' | 'rst'; readonly stdout: string | Buffer }
  /** Does what no other of these does. */
  | { readonly do: 'talk'; readonly talk: (request: Request) => void }
  /** Runs the command with /bin/sh on this machine. */
  | { readonly do: 'run' };

export interface FaultOptions {
  /** Refuses every key, or accepts every key of everyone, or leaves the reply to `peer`; default `accept`. */
  readonly auth?: 'accept' | 'refuse' | 'ignore';
  /** Refuses or opens sessions; default `accept`. `ignore` never replies. */
  readonly session?: 'accept' | 'refuse' | 'ignore';
  /** Largest packet that the server takes on a channel, in bytes; default as ssh2 has it. */
  readonly packetSize?: number;
  /** What becomes of the command that is number `index` of all (from 0); default: it is run. */
  readonly exec?: (command: string, index: number) => ExecFault;
  /** Serves the subsystem `sftp`, byte by byte; without it, it is refused. */
  readonly sftp?: (channel: ServerChannel, socket: Socket) => void;
  /** Sees a connection before SSH is spoken over it. */
  readonly wire?: (socket: Socket) => void;
  /** Sees the server's end of SSH before its first word. */
  readonly peer?: (client: Connection, socket: Socket) => void;
}

/** A running server. */
export interface FaultServer {
  readonly host: string;
  readonly port: number;
  /** The host key as known_hosts has it, without the name: `ecdsa-sha2-nistp256 AAAA…`. */
  readonly publicKey: string;
  /** One known_hosts line. */
  readonly knownHosts: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
  readonly connections: () => number;
  /** Every command that a client asked for, in order. */
  readonly commands: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** A command that a client has asked for; nothing was replied yet. */
export interface Request {
  readonly accept: () => ServerChannel;
  readonly reject: () => void;
  readonly command: string;
  readonly client: Connection;
  readonly socket: Socket;
}

const CHUNK = Buffer.alloc(32 * 1024, 'x');

function flood(stream: NodeJS.WritableStream): void {
  while (stream.write(CHUNK));
  stream.once('drain', () => flood(stream));
}

function runForReal(channel: ServerChannel, command: string): void {
  const child = spawn('/bin/sh', ['-c', command], { env: CLEAN_ENV, cwd: '/' });
  channel.pipe(child.stdin).on('error', () => {}); // it may end without reading
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.once('close', () => child.kill('SIGKILL'));
  child.once('close', (code, signal) => {
    if (signal === null) channel.exit(code ?? 255);
    else channel.exit(signal.slice('SIG'.length), false, '');
    channel.end();
  });
}

const ACT: {
  readonly [D in ExecFault['do']]: (fault: Extract<ExecFault, { do: D }>, request: Request) => void;
} = {
  answer: ({ stdout = '', stderr = '', exitCode }, { accept }) => {
    const channel = accept();
    channel.stderr.write(stderr);
    channel.write(stdout, () => {
      channel.exit(exitCode);
      channel.end();
    });
  },
  refuse: (_, { reject }) => reject(),
  ignore: () => {},
  hang: ({ stdout = '' }, { accept }) => void accept().write(stdout),
  flood: ({ stream }, { accept }) => {
    const channel = accept();
    flood(stream === 'stdout' ? channel : channel.stderr);
  },
  close: ({ stdout = '' }, { accept }) => {
    const channel = accept();
    channel.write(stdout);
    channel.close();
  },
  signal: ({ signal, stdout = '' }, { accept }) => {
    const channel = accept();
    channel.write(stdout);
    channel.exit(signal, false, '');
    channel.end();
  },
  cut: ({ by, stdout }, { accept, client, socket }) => {
    accept().write(stdout);
    // The client refuses this channel, and its refusal shows that it has read all that was sent before. A reset that
    // arrives together with data drops the data, or looks like an ordinary end to Node.
    client.forwardOut('127.0.0.1', 0, '127.0.0.1', 0, () => (by === 'fin' ? socket.end() : reset(socket)));
  },
  talk: ({ talk }, request) => talk(request),
  run: (_, { accept, command }) => runForReal(accept(), command),
};

interface Confirms {
  channelOpenConfirm(recipient: number, sender: number, window: number, packetSize: number): void;
}

function announcePacketSize(client: Connection, packetSize: number): void {
  const { _protocol: protocol } = client as unknown as { readonly _protocol: Confirms };
  const confirm = protocol.channelOpenConfirm.bind(protocol);
  protocol.channelOpenConfirm = (recipient, sender, window) => confirm(recipient, sender, window, packetSize);
}

function serve(
  client: Connection,
  socket: Socket,
  next: (command: string) => ExecFault,
  options: FaultOptions,
) {
  client.on('error', () => {}); // the client may go at any time
  options.peer?.(client, socket);
  if (options.packetSize !== undefined) announcePacketSize(client, options.packetSize);
  client.on('authentication', auth => {
    if (options.auth === 'ignore') return;
    if (options.auth === 'refuse' || auth.method !== 'publickey') auth.reject(['publickey']);
    else auth.accept();
  });
  client.on('session', (accept, reject) => {
    if (options.session === 'refuse') return reject();
    if (options.session === 'ignore') return;
    const session = accept();
    const { sftp } = options;
    if (sftp) session.on('subsystem', acceptSubsystem => sftp(acceptSubsystem(), socket));
    session.on('exec', (acceptExec, rejectExec, { command }) => {
      const fault = next(command);
      const act = ACT[fault.do] as (fault: ExecFault, request: Request) => void;
      act(fault, { accept: acceptExec, reject: rejectExec, command, client, socket });
    });
  });
}

/**
 * A fresh ECDSA private key as PEM, in a millisecond and without ssh-keygen. Not by ssh2's own generator: about one in two
 * hundred of its ed25519 keys is malformed.
 */
export const freshPrivateKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString();

/** The public half of a private key as it goes over the wire. */
function publicBlob(privateKey: string): Buffer {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return key.getPublicSSH();
}

/** Starts a server with a fresh host key. */
export async function startFaultServer(options: FaultOptions = {}): Promise<FaultServer> {
  const hostKey = freshPrivateKey();
  const blob = publicBlob(hostKey);
  const publicKey = `ecdsa-sha2-nistp256 ${blob.toString('base64')}`;
  const commands: string[] = [];
  const next = (command: string): ExecFault => {
    const index = commands.push(command) - 1;
    return options.exec?.(command, index) ?? { do: 'run' };
  };
  const server = await listen(socket => {
    options.wire?.(socket);
    // One ssh2 server for each connection, because only here it is known which socket is whose.
    new ssh2.Server({ hostKeys: [hostKey] }, client => serve(client, socket, next, options)).injectSocket(
      socket,
    );
  });
  return {
    ...server,
    publicKey,
    knownHosts: `[127.0.0.1]:${server.port} ${publicKey}\n`,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    commands: () => commands,
  };
}
