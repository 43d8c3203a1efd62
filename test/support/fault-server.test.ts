import { once } from 'node:events';
import { connect } from 'node:net';
import ssh2, { type Client } from 'ssh2';
import { afterEach, expect, test, vi } from 'vitest';
import {
  type ExecFault,
  type FaultOptions,
  type FaultServer,
  freshPrivateKey,
  startFaultServer,
} from './fault-server.ts';
import { closedPort, startTcpFault, type TcpFault } from './fault-tcp.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => void (await Promise.all(stops.splice(0).map(stop => stop()))));

async function heard(fault: TcpFault): Promise<string> {
  const server = await startTcpFault(fault);
  const socket = connect(server.port, server.host);
  stops.push(server.stop, () => socket.destroy());
  let text = '';
  socket.on('data', data => {
    text += data;
    socket.write('SSH-2.0-test\r\n');
  });
  const ended = new Promise<string>(resolve => {
    socket.once('error', error => resolve(`${text}${(error as NodeJS.ErrnoException).code}`));
    socket.once('end', () => resolve(`${text}FIN`));
  });
  if (fault !== 'silent' && fault !== 'stalls-after-ident') return ended;
  await once(socket, fault === 'silent' ? 'connect' : 'data');
  await vi.waitFor(() => expect(server.connections()).toBe(1));
  return socket.readableEnded ? `${text}FIN` : text;
}

test.each([
  ['silent', ''],
  ['closes', 'FIN'],
  ['resets', 'ECONNRESET'],
  ['http', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nFIN'],
  ['stalls-after-ident', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['closes-in-handshake', 'SSH-2.0-OpenSSH_9.2\r\nFIN'],
] as const)('TCP fault: %s', async (fault, text) => {
  expect(await heard(fault)).toBe(text);
});

test('a closed port refuses', async () => {
  const socket = connect(await closedPort(), '127.0.0.1');
  const [error] = await once(socket, 'error').catch(error => [error]);
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
});

async function start(options: FaultOptions): Promise<FaultServer> {
  const server = await startFaultServer(options);
  stops.push(server.stop);
  return server;
}

/** A connected client that writes everything that happens to it into `events`. */
function login(server: FaultServer, events: string[]): Client {
  const client = new ssh2.Client();
  stops.push(() => client.destroy());
  client.on('error', error => events.push(`error ${(error as NodeJS.ErrnoException).code ?? error.message}`));
  client.on('close', () => events.push('client close'));
  client.connect({
    host: server.host,
    port: server.port,
    username: 'anyone',
    privateKey: freshPrivateKey(),
    hostVerifier: (key: Buffer) => server.publicKey === `ecdsa-sha2-nistp256 ${key.toString('base64')}`,
  });
  return client;
}

/** What a client sees of one command, until `last` is among it. */
async function seen(options: FaultOptions, last: string, command = 'true'): Promise<readonly string[]> {
  const events: string[] = [];
  const client = login(await start(options), events);
  client.once('ready', () =>
    client.exec(command, (error, channel) => {
      if (error) {
        events.push(`refused ${error.message}`);
        return;
      }
      channel.on('data', (data: Buffer) => events.push(`out ${data.subarray(0, 20)}`));
      channel.stderr.on('data', (data: Buffer) => events.push(`err ${data.subarray(0, 20)}`));
      channel.on('exit', (code: number | null, signal?: string) => events.push(`exit ${code ?? signal}`));
      channel.on('close', () => events.push('close'));
    }),
  );
  await vi.waitFor(() => expect(events.join('\n')).toMatch(new RegExp(`^${last}`, 'm')), { interval: 5 });
  return events;
}

const exec = (fault: ExecFault): FaultOptions => ({ exec: () => fault });

test('authentication is refused', async () => {
  const [event] = await seen({ auth: 'refuse' }, 'error');
  expect(event).toBe('error All configured authentication methods failed');
});

test('a session is refused', async () => {
  const [event] = await seen({ session: 'refuse' }, 'refused');
  expect(event).toMatch(/^refused \(SSH\) Channel open failure/);
});

test.each<[string, ExecFault, string, readonly string[]]>([
  [
    'answers',
    { do: 'answer', stdout: 'o', stderr: 'e', exitCode: 3 },
    'close',
    ['out o', 'err e', 'exit 3', 'close'],
  ],
  ['refuses', { do: 'refuse' }, 'refused', ['refused Unable to exec']],
  ['hangs', { do: 'hang', stdout: 'o' }, 'out', ['out o']],
  ['closes without a status', { do: 'close', stdout: 'o' }, 'close', ['out o', 'close']],
  [
    'dies by a signal',
    { do: 'signal', signal: 'KILL', stdout: 'o' },
    'close',
    ['out o', 'exit SIGKILL', 'close'],
  ],
  ['is cut off (FIN)', { do: 'cut', by: 'fin', stdout: 'o' }, 'close', ['out o', 'client close', 'close']],
  [
    'is cut off (RST)',
    { do: 'cut', by: 'rst', stdout: 'o' },
    'close',
    ['out o', 'error ECONNRESET', 'client close', 'close'],
  ],
])('a command that %s', async (_, fault, last, events) => {
  expect(new Set(await seen(exec(fault), last))).toEqual(new Set(events));
});

test.each(['stdout', 'stderr'] as const)('a command floods %s', async stream => {
  const server = await start(exec({ do: 'flood', stream }));
  const client = login(server, []);
  await once(client, 'ready');
  let bytes = 0;
  await new Promise<void>(resolve =>
    client.exec('true', (_, channel) =>
      (stream === 'stdout' ? channel : channel.stderr).on('data', (data: Buffer) => {
        bytes += data.length;
        if (bytes > 8 << 20) resolve();
      }),
    ),
  );
});

test('commands are run for real, and remembered', async () => {
  const command = 'echo out; echo err >&2; exit 7';
  expect(await seen({}, 'close', command)).toEqual(
    expect.arrayContaining(['out out\n', 'err err\n', 'exit 7', 'close']),
  );
  expect(await seen({}, 'close', 'kill -TERM $$')).toContain('exit SIGTERM');
  const server = await start({
    exec: (_, index) => ({ do: 'answer', stdout: `${index}`, exitCode: 0 }),
  });
  const client = login(server, []);
  await once(client, 'ready');
  for (const command of ['a', 'b']) {
    const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) =>
      client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel))),
    );
    await once(channel.resume(), 'close');
  }
  expect([server.commands(), server.connections()]).toEqual([['a', 'b'], 1]);
});
