import { describe, expect, test } from 'vitest';
import { identityOrder, type Known, type KnownFile } from '../../src/domain/identity-order.ts';
import { wireString } from '../../src/domain/ssh-wire.ts';
import { wireKey } from '../support/wire-key.ts';

const key = (seed: number): Buffer => wireKey('ssh-ed25519', seed);
const certificate = (seed: number): Buffer =>
  Buffer.concat([
    wireString('ssh-ed25519-cert-v01@openssh.com'),
    wireString('nonce'),
    wireString(Buffer.alloc(32, seed)),
    Buffer.alloc(50),
  ]);
const file = (source: string, blob: Buffer | null, signs = true): KnownFile => ({ source, blob, signs });
const held = (comment: string, blob: Buffer) => ({ comment, blob });

const order = (known: Partial<Known<KnownFile>>): readonly string[] =>
  identityOrder({ files: [], certificates: [], agent: [], identitiesOnly: false, ...known }).map(
    ({ source, by }) => `${source} by ${by.kind}`,
  );

const files = [file('one', key(1)), file('two', key(2)), file('locked', null)];
const agent = [held('other', key(9)), held('ours', key(2)), held('ca', certificate(8))];
const certificates = [{ source: 'one-cert.pub', blob: certificate(1) }];

describe('the order', () => {
  test('certificates, keys of the agent that a file names, its other keys, files', () => {
    expect(order({ files, agent, certificates })).toEqual([
      'one-cert.pub by file',
      'ca (agent) by agent',
      'two by agent',
      'other (agent) by agent',
      'one by file',
      'locked by file',
    ]);
  });

  test('IdentitiesOnly leaves out what no file names', () => {
    expect(order({ files, agent, certificates, identitiesOnly: true })).toEqual([
      'one-cert.pub by file',
      'two by agent',
      'one by file',
      'locked by file',
    ]);
  });

  test('several preferred keys come in the order of the files, not of the agent', () => {
    expect(order({ files, agent: [held('b', key(2)), held('a', key(1))] })).toEqual([
      'one by agent',
      'two by agent',
      'locked by file',
    ]);
  });

  test('a .pub file whose private half is in the agent is offered; one without is not', () => {
    const publics = [file('two.pub', key(2), false), file('three.pub', key(3), false)];
    expect(order({ files: publics, agent: [held('ours', key(2))] })).toEqual(['two.pub by agent']);
  });

  test('a certificate is signed for by the agent if it has the key, else by the file, else not at all', () => {
    expect(order({ certificates, agent: [held('k', key(1))], identitiesOnly: true })).toEqual([
      'one-cert.pub by agent',
    ]);
    expect(order({ certificates, files: [file('one', key(1))] })).toEqual([
      'one-cert.pub by file',
      'one by file',
    ]);
    expect(order({ certificates, files: [file('two', key(2))] })).toEqual(['two by file']);
  });

  test('a certificate that file and agent have is offered once, signed for by the agent', () => {
    const both = [held('ca', certificate(8)), held('c', certificate(1))];
    expect(order({ certificates, files: [file('one', key(1))], agent: both })).toEqual([
      'one-cert.pub by agent',
      'ca (agent) by agent',
      'one by file',
    ]);
  });

  test('a certificate file without a certificate offers nothing', () => {
    expect(
      order({ certificates: [{ source: 'no-cert.pub', blob: key(1) }], agent: [held('', key(1))] }),
    ).toEqual(['no-cert.pub by agent']);
    expect(order({ certificates: [{ source: 'no-cert.pub', blob: key(1) }], files })).not.toContain(
      'no-cert.pub by file',
    );
  });

  test('a key of the agent without a comment', () => {
    expect(order({ agent: [held('', key(9))] })).toEqual(['a key (agent) by agent']);
  });
});
