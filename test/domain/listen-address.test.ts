import { expect, test } from 'vitest';
import { isLoopback, parseListenAddress, urlOf } from '../../src/domain/listen-address.ts';

test.each([
  ['127.0.0.1:8080', '127.0.0.1', 8080, true],
  ['127.9.9.9:1', '127.9.9.9', 1, true],
  ['127.10.20.30:1', '127.10.20.30', 1, true],
  ['127.0.0.1.example.net:80', '127.0.0.1.example.net', 80, false],
  ['localhost:0', 'localhost', 0, true],
  ['[::1]:8080', '::1', 8080, true],
  ['0.0.0.0:80', '0.0.0.0', 80, false],
  ['[::]:65535', '::', 65_535, false],
  ['127.example.net:80', '127.example.net', 80, false],
  ['[::ffff:127.0.0.1]:80', '::ffff:127.0.0.1', 80, false],
] as const)('%s', (text, host, port, loopback) => {
  const address = parseListenAddress(text);
  expect(address).toEqual({ host, port });
  expect(isLoopback(address.host)).toBe(loopback);
  expect(urlOf(address)).toBe(`http://${text}`);
});

test.each([
  [''],
  ['8080'],
  [':8080'],
  ['host'],
  ['host:'],
  ['host:65536'],
  ['::1:8080'],
  ['a b:1'],
  ['http://a:1'],
  ['a:1\x1b'],
])('%j is refused with an example', text => {
  expect(() => parseListenAddress(text)).toThrow(/^--listen is not HOST:PORT: "[^\x1b]*"$/);
});
