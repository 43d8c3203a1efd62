import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { clientOf, createAddressShares } from '../../../src/io/status-server/address-shares.ts';
import { HTTP_LIMITS } from '../../../src/io/status-server/listen-http.ts';
import { startStatusReceiver } from '../../support/status-receiver.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::1', '::1'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:db8:0:0:1::', '2001:db8:0:0'],
  ['2001:db8:a:b:c:d:e:f', '2001:db8:a:b'],
  ['1::2:3:4:5:6:7', '1:0:2:3'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('%s is the client %s', (address, client) => expect(clientOf(address)).toBe(client));

test('a client has its share, and gets it back', () => {
  const shares = createAddressShares(2);
  const take = (address: string) => shares.take(address);
  expect(['192.0.2.7', '::ffff:192.0.2.7', '192.0.2.7', '192.0.2.8'].map(take)).toEqual([
    true,
    true,
    false,
    true,
  ]);
  shares.leave('192.0.2.7');
  expect(['192.0.2.7', '192.0.2.7'].map(take)).toEqual([true, false]);
});

test('a client with too many connections keeps nobody else out; a proxy on this machine may have all', async () => {
  const limits = { ...HTTP_LIMITS, connectionsEach: 2 };
  const { url, close } = await startStatusReceiver({ limits });
  onTestFinished(close);
  const from = async (localAddress: string) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const answer = once(socket, 'data').then(([data]) => `${data}`.slice(9, 12));
    return { socket, answered: await Promise.race([answer, once(socket, 'close').then(() => 'closed')]) };
  };
  // Every address of 127.0.0.0/8 is this machine's; that of a proxy is the first.
  const all = [];
  for (const address of [
    '127.0.0.2',
    '127.0.0.2',
    '127.0.0.2',
    '127.0.0.3',
    '127.0.0.1',
    '127.0.0.1',
    '127.0.0.1',
  ])
    all.push(await from(address));
  expect(all.map(({ answered }) => answered)).toEqual(['200', '200', 'closed', '200', '200', '200', '200']);
});
