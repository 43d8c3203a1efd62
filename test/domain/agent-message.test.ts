import { expect, test } from 'vitest';
import { listAnswer, listRequest, signAnswer, signRequest } from '../../src/domain/agent-message.ts';
import { wire } from '../support/wire-key.ts';

const u32 = (number: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
};
const answer = (count: number, ...strings: readonly string[]): Buffer =>
  Buffer.concat([Buffer.of(12), u32(count), wire(...strings)]);

// Bytes as RFC 9987 draws them.
test('what is asked', () => {
  expect(listRequest().toString('hex')).toBe('000000010b');
  const asked = (algorithm: string) =>
    signRequest(Buffer.from('B'), Buffer.from('DD'), algorithm).toString('hex');
  expect(asked('ssh-ed25519')).toBe(`00000010${'0d'}${'0000000142'}${'000000024444'}${'00000000'}`);
  expect(asked('rsa-sha2-256').slice(-8)).toBe('00000002');
  expect(asked('rsa-sha2-512').slice(-8)).toBe('00000004');
});

test('the keys of an agent', () => {
  expect(listAnswer(answer(0))).toEqual([]);
  expect(listAnswer(answer(2, 'key 1', 'mé@home', 'key 2', ''))).toEqual([
    { blob: Buffer.from('key 1'), comment: 'mé@home' },
    { blob: Buffer.from('key 2'), comment: '' },
  ]);
});

const keys = (count: number): Buffer => answer(count, ...Array.from({ length: 2 * count }, () => 'x'));

test('as many as OpenSSH reads, and no more', () => {
  expect(listAnswer(keys(2048))).toHaveLength(2048);
  expect(listAnswer(keys(2049))).toBeNull();
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a refusal', Buffer.of(5)],
  ['another answer of the same form', Buffer.concat([Buffer.of(14), answer(0).subarray(1)])],
  ['one that ends before the number', answer(0).subarray(0, 4)],
  ['one that ends within a key', answer(1, 'key', 'comment').subarray(0, -1)],
  ['fewer keys than it says', answer(2, 'key', 'comment')],
])('%s is no list of keys', (_, message) => {
  expect(listAnswer(message)).toBeNull();
});

test('a signature, or none', () => {
  expect(signAnswer(Buffer.concat([Buffer.of(14), wire('signature')]))).toEqual(Buffer.from('signature'));
  expect(signAnswer(Buffer.of(5))).toBeNull();
  expect(signAnswer(Buffer.concat([Buffer.of(12), wire('signature')]))).toBeNull();
  expect(signAnswer(Buffer.concat([Buffer.of(14), wire('signature')]).subarray(0, -1))).toBeNull();
});
