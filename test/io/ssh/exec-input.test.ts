// Input for a command, which sudo's password is. ssh2 1.17 never comes back from a write to a channel whose server
// announced packets of 0 bytes (mscdex/ssh2#1504); the guard reads a private field, which must be there.

import { afterEach, expect, test } from 'vitest';
import { isFailure } from '../../../src/engine/ports.ts';
import { connectTo } from '../../support/connecting.ts';
import { type FaultServer, freshPrivateKey, startFaultServer } from '../../support/fault-server.ts';

let server: FaultServer;
afterEach(() => server.stop());

async function cat(packetSize?: number): Promise<unknown> {
  server = await startFaultServer(packetSize === undefined ? {} : { packetSize });
  const { host, port, knownHosts } = server;
  const connection = await connectTo({ host, port, knownHosts, privateKey: freshPrivateKey() });
  if (isFailure(connection)) return connection;
  const execution = await connection.exec('cat', 1_000, 'one line\n');
  connection.close();
  return execution;
}

test('input reaches the command, and ends', async () => {
  expect(await cat()).toEqual({ stdout: Buffer.from('one line\n'), stderr: Buffer.alloc(0), exitCode: 0 });
});

test('a packet of one byte at a time is enough', async () => {
  expect(await cat(1)).toMatchObject({ stdout: Buffer.from('one line\n') });
});

test('a server that takes packets of 0 bytes gets none, and is named', async () => {
  expect(await cat(0)).toEqual({
    code: 'ssh/protocol',
    host: '127.0.0.1',
    detail: 'takes no input: its largest packet is 0 bytes',
  });
});
