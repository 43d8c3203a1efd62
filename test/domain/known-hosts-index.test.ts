import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesHostNames } from '../../src/domain/host-pattern.ts';
import { parseKnownHosts } from '../../src/domain/known-hosts.ts';
import { indexKnownHosts } from '../../src/domain/known-hosts-index.ts';
import { hashed } from '../support/known-hosts-cases.ts';
import { keyText, wireKey } from '../support/wire-key.ts';

const KEY = keyText(wireKey('ssh-ed25519', 1));

test('of a thousand servers, the lines of one, and those that may speak for any', () => {
  const names = Array.from({ length: 1000 }, (_, i) => `Web${i},192.0.2.${i % 7} ${KEY}`);
  const text = [`@revoked * ${KEY}`, ...names, `${hashed('web7')} ${KEY}`, `a,!web7 ${KEY}`].join('\n');
  const lines = indexKnownHosts('f', text).linesFor(['web7', 'web9', 'web99999']);
  expect(lines.map(({ line }) => line)).toEqual([1, 9, 11, 1002, 1003]);
  expect(lines).toEqual(parseKnownHosts('f', text).filter(({ line }) => lines.some(l => l.line === line)));
});

test('a lookup finds what it would find among all lines', () => {
  const name = fc.constantFrom('a', 'A', 'b', 'ab', '[a]:2222', '[a]:22', 'fe80::1%eth0', '');
  const host = fc.oneof(name, fc.constantFrom('*', 'a*', '!a', '?', '!*', '[a]:*'));
  const hosts = fc.oneof(
    fc.array(host, { minLength: 1, maxLength: 4 }).map(list => list.join(',')),
    name.map(n => hashed(n)),
  );
  const line = fc
    .tuple(fc.constantFrom('', '', '@revoked ', '@cert-authority ', '@else ', '#', ' \t'), hosts)
    .map(([before, field]) => `${before}${field} ${KEY}`);
  const other = fc.constantFrom('', 'a', 'a ssh-ed25519', `a ssh-rsa ${KEY.split(' ')[1]}`, `a\0 ${KEY}`);
  fc.assert(
    fc.property(fc.array(fc.oneof(line, other), { maxLength: 12 }), name, (lines, asked) => {
      const text = lines.join('\n');
      const speaks = (known: ReturnType<typeof parseKnownHosts>) =>
        known.filter(({ names }) => matchesHostNames(names, asked.toLowerCase()));
      const found = indexKnownHosts('f', text).linesFor([asked.toLowerCase()]);
      expect(speaks(found)).toEqual(speaks(parseKnownHosts('f', text)));
    }),
  );
});
