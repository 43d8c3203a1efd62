// Servers that end the connection with SSH_MSG_DISCONNECT, and say why.

import { expect, onTestFinished, test } from 'vitest';
import { type FailureText, failureText } from '../../../src/domain/failure-text.ts';
import { isFailure } from '../../../src/engine/ports.ts';
import { connectTo } from '../../support/connecting.ts';
import { type FaultOptions, freshPrivateKey, startFaultServer } from '../../support/fault-server.ts';
import { listen } from '../../support/fault-tcp.ts';
import { clearPacket, disconnect, IDENT, say } from '../../support/ssh-wire.ts';

const BY_APPLICATION = 11;
const NO_MORE_AUTH_METHODS = 14;

/** What is told of a server: its code, and its words. */
async function told(options: FaultOptions): Promise<readonly [string, FailureText]> {
  const server = await startFaultServer(options);
  onTestFinished(server.stop);
  const { host, port, knownHosts } = server;
  const connection = await connectTo({ host, port, knownHosts, privateKey: freshPrivateKey() });
  const failure = isFailure(connection) ? connection : await connection.exec('true', 1000);
  if (!isFailure(failure)) throw new Error('all went well');
  return [failure.code, failureText(failure)];
}

const atLogin = (words: string, reason: number) =>
  told({
    auth: 'ignore',
    peer: client => {
      client.on('authentication', () => say(client, disconnect(words, reason)));
    },
  });

const atTheQuestion = (words: string, reason: number) =>
  told({
    exec: () => ({
      do: 'talk',
      talk: ({ accept, client }) => {
        accept().write('x');
        say(client, disconnect(words, reason));
      },
    }),
  });

test.each([
  [BY_APPLICATION, 'Connection closed: maximum sessions'],
  [12, 'Too many connections'],
])('reason %i at the login: its words are told', async (reason, words) => {
  const [code, { message }] = await atLogin(words, reason);
  expect([code, message]).toEqual([
    'ssh/closed-early',
    expect.stringMatching(`during the handshake: during authentication: ${words}$`),
  ]);
});

test.each([
  [BY_APPLICATION, 'The system is going down'],
  [10, 'Administrator wants you out'],
])('reason %i in the middle of an answer: its words are told', async (reason, words) => {
  const [code, { message }] = await atTheQuestion(words, reason);
  expect([code, message]).toEqual([
    'ssh/interrupted',
    expect.stringMatching(`lost before the answer was complete: ${words}$`),
  ]);
});

test('before the keys are there, too', async () => {
  const server = await listen(socket => {
    const packet = clearPacket(disconnect('Not for this address', BY_APPLICATION));
    socket.resume().write(Buffer.concat([Buffer.from(IDENT), packet]));
  });
  onTestFinished(server.stop);
  const { host, port } = server;
  const failure = await connectTo({ host, port, privateKey: freshPrivateKey() });
  expect(failure).toMatchObject({ code: 'ssh/closed-early', detail: 'Not for this address' });
});

test.each([2, BY_APPLICATION, NO_MORE_AUTH_METHODS])(
  'too many attempts are told as that, whatever the number: %i',
  async reason => {
    const [code] = await atLogin('Too many authentication failures', reason);
    expect(code).toBe('ssh/too-many-attempts');
  },
);

test('a server that knows no more methods refuses the key', async () => {
  const [code, { message, hint }] = await atLogin('No auth methods', NO_MORE_AUTH_METHODS);
  expect([code, hint]).toEqual(['ssh/auth-refused', expect.stringContaining('authorized_keys')]);
  expect(message).toContain('; the server said "No auth methods"');
});

test('a server that says nothing has nothing told of it', async () => {
  expect((await atLogin('', BY_APPLICATION))[1].message).toMatch(
    /during the handshake: during authentication$/,
  );
  expect((await atTheQuestion('', BY_APPLICATION))[1].message).toMatch(/answer was complete$/);
});

test.each([BY_APPLICATION, 10])('its words are short, escaped, and without secrets: %i', async reason => {
  const [, { message, hint }] = await atTheQuestion(
    `\u001b[2J password=hunter2 ${'x'.repeat(20_000)}`,
    reason,
  );
  expect(message).toMatch(/complete: \\x1b\[2J password=\[secret 1\] x+$/);
  expect([message.length < 400, hint]).toEqual([true, expect.stringContaining('run the check again')]);
});

test('an answer that is whole counts, whatever is said after it', async () => {
  const server = await startFaultServer({
    exec: () => ({
      do: 'talk',
      talk: ({ accept, client }) => {
        const channel = accept();
        channel.write('whole', () => {
          channel.exit(0);
          channel.end();
          say(client, disconnect('Goodbye', BY_APPLICATION));
        });
      },
    }),
  });
  onTestFinished(server.stop);
  const { host, port, knownHosts } = server;
  const connection = await connectTo({ host, port, knownHosts, privateKey: freshPrivateKey() });
  if (isFailure(connection)) throw new Error(connection.code);
  expect(await connection.exec('true', 1000)).toMatchObject({ exitCode: 0, stdout: Buffer.from('whole') });
});
