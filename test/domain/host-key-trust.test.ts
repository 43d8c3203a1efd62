import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/domain/host-key.ts';
import {
  hostKeyAlgorithms,
  hostKeyNames,
  hostKeyTrust,
  hostKeyVerdict,
  knownHostsName,
} from '../../src/domain/host-key-trust.ts';
import { parseKnownHosts } from '../../src/domain/known-hosts.ts';
import { keyText, wireKey } from '../support/wire-key.ts';

const blobs = {
  MINE: wireKey('ssh-ed25519', 1),
  OTHER: wireKey('ssh-ed25519', 2),
  RSA: wireKey('ssh-rsa', 1),
  RSA2: wireKey('ssh-rsa', 2),
  ECDSA: wireKey('ecdsa-sha2-nistp384', 1),
};

/** known_hosts with the names of keys instead of keys, lines divided by `;`. */
const known = (text: string) =>
  parseKnownHosts(
    'kh',
    text
      .split(';')
      .map(line =>
        line.replace(/\b(MINE|OTHER|RSA2?|ECDSA)\b/, key => keyText(blobs[key as keyof typeof blobs])),
      )
      .join('\n'),
  );

const at = (host: string, port = 22, alias: string | null = null) => ({ host, port, alias });

const hashed = (name: string): string => {
  const salt = Buffer.alloc(20, 3);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};

describe('the verdict about the key MINE', () => {
  test.each([
    ['no lines', '', at('web'), 'unknown'],
    ['its line', 'web MINE', at('web'), 'ok'],
    ['another host’s line', 'db MINE', at('web'), 'unknown'],
    ['another key of its type', 'web OTHER', at('web'), 'mismatch kh:1'],
    ['a key of another type only', 'web RSA', at('web'), 'mismatch kh:1'],
    ['the offending line is the one of its type', 'web RSA;web OTHER;web ECDSA', at('web'), 'mismatch kh:2'],
    ['one good line among others', 'web OTHER;web RSA;web MINE', at('web'), 'ok'],
    ['host in upper case', 'web MINE', at('WEB'), 'ok'],
    ['a hashed name', `${hashed('web')} MINE`, at('Web'), 'ok'],
    ['a hashed name, another key', `${hashed('web')} OTHER`, at('web'), 'mismatch kh:1'],
    ['revoked only', '@revoked web MINE', at('web'), 'revoked kh:1'],
    ['revoked after its line', 'web MINE;@revoked web MINE', at('web'), 'revoked kh:2'],
    ['revoked before its line', '@revoked * MINE;web MINE', at('web'), 'revoked kh:1'],
    ['revoked for another host', '@revoked db MINE;web MINE', at('web'), 'ok'],
    ['another key revoked', '@revoked web OTHER;web MINE', at('web'), 'ok'],
    ['revoked and changed', '@revoked web MINE;web OTHER', at('web'), 'revoked kh:1'],
    ['a revoked line is no evidence of change', '@revoked web OTHER', at('web'), 'unknown'],
    ['an authority with this very key', '@cert-authority web MINE', at('web'), 'certificate-only kh:1'],
    ['an authority and its line', '@cert-authority * RSA;web MINE', at('web'), 'ok'],
    ['an authority and another key', '@cert-authority * RSA;web OTHER', at('web'), 'mismatch kh:2'],
    ['a port of its own', '[web]:2222 MINE', at('web', 2222), 'ok'],
    ['a port of its own, other key', '[web]:2222 OTHER;web MINE', at('web', 2222), 'mismatch kh:1'],
    ['port 22 in brackets is another name', '[web]:22 MINE', at('web'), 'unknown'],
    ['without the port: a match counts', 'web MINE', at('web', 2222), 'ok'],
    ['without the port: a mismatch does not', 'web OTHER', at('web', 2222), 'unknown'],
    ['without the port: revoked', '@revoked web MINE;web MINE', at('web', 2222), 'revoked kh:1'],
    ['without the port: an authority', '@cert-authority web RSA', at('web', 2222), 'certificate-only kh:1'],
    ['without the port, hashed', `${hashed('web')} MINE`, at('web', 2222), 'ok'],
    ['the port’s authority, the host’s line', '@cert-authority [web]:* RSA;web MINE', at('web', 2222), 'ok'],
    [
      'the port’s line before the host’s revocation',
      '[web]:2222 MINE;@revoked web MINE',
      at('web', 2222),
      'ok',
    ],
    [
      'the port’s revocation before the host’s line',
      '@revoked [web]:2222 MINE;web MINE',
      at('web', 2222),
      'revoked kh:1',
    ],
    [
      'the port’s authority before the host’s',
      '@cert-authority [web]:2222 RSA;@cert-authority web RSA',
      at('web', 2222),
      'certificate-only kh:1',
    ],
    ['a line for the port on port 22', '[web]:2222 MINE', at('web'), 'unknown'],
    ['an alias', 'bastion MINE', at('web', 2222, 'Bastion'), 'ok'],
    ['an alias has no port', '[bastion]:2222 MINE', at('web', 2222, 'bastion'), 'unknown'],
    ['an alias hides the host', 'web MINE', at('web', 2222, 'bastion'), 'unknown'],
    ['IPv6', '2001:db8::1 MINE', at('2001:DB8:0::0001'), 'ok'],
    ['IPv6 and a port', '[2001:db8::1]:2222 MINE', at('2001:db8::1', 2222), 'ok'],
  ])('%s: %s', (_, lines, address, expected) => {
    const verdict = hostKeyVerdict(hostKeyTrust([], known(lines), address), blobs.MINE);
    expect([verdict.kind, 'entry' in verdict ? verdict.entry : []].flat().join(' ')).toBe(expected);
  });

  test('a broken line verifies nothing and hides nothing', () => {
    const lines = known(`web ssh-rsa AAAA;web ssh-ed25519 ${'A'.repeat(40)};web MINE`);
    expect(hostKeyVerdict(hostKeyTrust([], lines, at('web')), blobs.MINE)).toEqual({ kind: 'ok' });
  });
});

describe('pins', () => {
  const pin = fingerprint(blobs.MINE);
  const judge = (pins: readonly string[], lines = '') =>
    hostKeyVerdict(hostKeyTrust(pins, known(lines), at('web')), blobs.MINE);

  test('one of them is enough, with or without padding', () => {
    expect(judge([fingerprint(blobs.RSA), pin])).toEqual({ kind: 'ok' });
    expect(judge([`${pin}=`])).toEqual({ kind: 'ok' });
  });

  test('known_hosts is not asked, neither for a yes nor for a no', () => {
    expect(judge([fingerprint(blobs.OTHER)], 'web MINE').kind).toBe('mismatch');
    expect(judge([pin], 'web OTHER;@revoked * MINE')).toEqual({ kind: 'ok' });
  });

  test('a mismatch names them', () => {
    expect(judge(['SHA256:a', 'SHA256:b'])).toEqual({ kind: 'mismatch', entry: 'SHA256:a, SHA256:b' });
  });

  test('a part of a fingerprint, another case or nothing is not a pin', () => {
    for (const text of [pin.slice(0, -1), pin.slice(7), pin.toLowerCase(), '', 'SHA256:'])
      expect(judge([text]).kind).toBe('mismatch');
  });
});

test('the verdict is there at once, and the same every time', () => {
  const trust = hostKeyTrust([], known('web MINE'), at('web'));
  for (let rekey = 0; rekey < 3; rekey++) expect(hostKeyVerdict(trust, blobs.MINE).kind === 'ok').toBe(true);
});

describe('the order of host key algorithms', () => {
  const ED = 'ssh-ed25519';
  const EC = ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'];
  const RSA = ['rsa-sha2-512', 'rsa-sha2-256'];
  const BASE = [ED, ...EC, ...RSA];

  test.each([
    ['nothing known', '', BASE],
    ['the best type known', 'web MINE', BASE],
    ['the best type known, and others: as it is', 'web RSA;web MINE', BASE],
    ['RSA', 'web RSA', [...RSA, ED, ...EC]],
    ['one ECDSA curve', 'web ECDSA', [EC[1], ED, EC[0], EC[2], ...RSA]],
    ['RSA and ECDSA keep their order', 'web RSA;web ECDSA', [EC[1], ...RSA, ED, EC[0], EC[2]]],
    ['an authority’s key is not the host’s', '@cert-authority web RSA', BASE],
    ['a revoked key is not known', 'web MINE;web RSA;@revoked web MINE', [...RSA, ED, ...EC]],
    ['another host’s key', 'db RSA', BASE],
  ])('%s', (_, lines, expected) => {
    expect(hostKeyAlgorithms(hostKeyTrust([], known(lines), at('web')))).toEqual(expected);
  });

  test('the line without the port does not count, as in OpenSSH', () => {
    expect(hostKeyAlgorithms(hostKeyTrust([], known('web RSA'), at('web', 2222)))).toEqual(BASE);
  });

  test('pins leave it as it is', () => {
    const trust = hostKeyTrust([fingerprint(blobs.RSA)], known('web RSA'), at('web'));
    expect(hostKeyAlgorithms(trust)).toEqual(BASE);
  });

  test('SHA-1 is never offered', () => {
    expect(hostKeyAlgorithms(hostKeyTrust([], known('web RSA'), at('web')))).not.toContain('ssh-rsa');
  });
});

test.each([
  [at('Web.Example.NET'), 'web.example.net'],
  [at('web', 2222), '[web]:2222'],
  [at('192.0.2.1', 2222), '[192.0.2.1]:2222'],
  [at('2001:DB8::1'), '2001:db8::1'],
  [at('2001:db8:0:0:0:0:0:1', 2222), '[2001:db8::1]:2222'],
  [at('::ffff:192.0.2.1'), '::ffff:192.0.2.1'],
  // What is no address is not read as if it were one.
  [at('@Other.x/'), '@other.x/'],
  [at('@Other/'), '@other/'],
  [at('::@Other/'), '::@other/'],
  [at('fe80::1%eth0', 2222), '[fe80::1%eth0]:2222'],
  [at('web', 2222, 'Alias'), 'alias'],
])('%j is known as %s', (address, name) => {
  expect(knownHostsName(address)).toBe(name);
});

test('lines are looked for under the name with the port and under the one without', () => {
  expect(hostKeyNames(at('Web', 2222))).toEqual(['[web]:2222', 'web']);
});
