import { certifiedKey, fingerprint, isPlainKey } from '../../../src/domain/host-key.ts';
import {
  hostKeyAlgorithms,
  hostKeyTrust,
  hostKeyVerdict,
  knownHostsName,
} from '../../../src/domain/host-key-trust.ts';
import { matchesGlob } from '../../../src/domain/host-pattern.ts';
import { knownHostsLine, parseKnownHosts } from '../../../src/domain/known-hosts.ts';
import { hashed } from '../../support/known-hosts-cases.ts';
import { keyText, wire, wireKey } from '../../support/wire-key.ts';
import { must, printable, same, type Target } from '../target.ts';

const KEY = wireKey('ssh-ed25519', 1);
const LINE = keyText(KEY);
const RSA = keyText(wireKey('ssh-rsa', 2));
/** Known to no seed. */
const STRANGER = wireKey('ssh-ed25519', 99);
const WEB = { host: 'web', port: 2222, alias: null };

/** A key is trusted only if its very bytes stand in a line, and nothing makes a stranger known. */
export const knownHostsTarget: Target = {
  name: 'known-hosts',
  seeds: [
    `web ${LINE}\n[web]:2222 ${RSA} me\r\n`,
    `${hashed('web')} ${LINE}\n@revoked * ${RSA}\n@cert-authority *,!db ${LINE}\n`,
    `# none\n\n \tw?b,192.0.2.*,!x ${keyText(wireKey('ecdsa-sha2-nistp256', 3))}\n`,
  ],
  words: [
    '@revoked ',
    '@cert-authority ',
    '*',
    '!',
    ',',
    '|1|',
    'web',
    '[web]:2222',
    LINE,
    RSA,
    'rsa-sha2-512',
    '\0',
  ],
  run: input => {
    const text = input.toString('utf8');
    const lines = parseKnownHosts('known_hosts', text);
    const trust = hostKeyTrust([], lines, WEB);
    must(hostKeyVerdict(trust, STRANGER).kind !== 'ok', () => 'a stranger is trusted');
    must(new Set(hostKeyAlgorithms(trust)).size === 6, () => 'an algorithm is lost');
    for (const line of lines) {
      must(isPlainKey(line.blob) || certifiedKey(line.blob) !== null, () => `no key in line ${line.line}`);
      must(
        // OpenSSH, too, passes over these in base64.
        text
          .split('\n')
          [line.line - 1]?.replace(/[\r\v\f]/g, '')
          .includes(line.blob.toString('base64')) === true || line.marker === 'revoked',
        () => 'a key from nowhere',
      );
      const revoked = lines.some(l => l.marker === 'revoked' && l.blob.equals(line.blob));
      const verdict = hostKeyVerdict(trust, line.blob).kind;
      must(
        verdict !== 'ok' || lines.some(l => l.marker === 'none' && l.blob.equals(line.blob)),
        () => 'trusted without a line',
      );
      must(verdict === 'ok' || verdict !== 'revoked' || revoked, () => 'revoked by nobody');
    }
    // What is written for a name is read again, for that name.
    const name = knownHostsName({ host: text.slice(0, 60), port: 22, alias: null });
    const written = knownHostsLine(name, KEY);
    if (written !== null) {
      printable(written);
      const read = parseKnownHosts('f', written);
      same(
        read.map(({ blob }) => fingerprint(blob)),
        [fingerprint(KEY)],
        'the line that was written',
      );
      const found = hostKeyTrust([], read, { host: text.slice(0, 60), port: 22, alias: null });
      must(hostKeyVerdict(found, KEY).kind === 'ok', () => `written for ${name} and not found again`);
    }
  },
};

/** Globs of host names, held to the simplest matcher that can be written. */
export const hostGlobTarget: Target = {
  name: 'host-glob',
  seeds: ['w*b\nweb', '*a*a*a*b\naaaaaaaaaaaa', '?*?\nab', '\n', '[web]:2222\n[web]:2222'],
  words: ['*', '?', '**', 'a', '*a', '[', ']'],
  run: input => {
    const [glob = '', text = ''] = input.toString('latin1', 0, 200).split('\n');
    must(matchesGlob(glob, text) === covers(glob, text), () => `${JSON.stringify([glob, text])}`);
  },
};

/** Row by row: which beginnings of the text the beginning of the glob covers. */
function covers(glob: string, text: string): boolean {
  let row = [true, ...Array<boolean>(text.length).fill(false)];
  for (const sign of glob) {
    const next = [sign === '*' && row[0] === true];
    for (let i = 1; i <= text.length; i++)
      next.push(
        sign === '*'
          ? row[i] === true || next[i - 1] === true
          : row[i - 1] === true && (sign === '?' || sign === text[i - 1]),
      );
    row = next;
  }
  return row.at(-1) === true;
}

/** Keys in the wire form, as servers and agents send them. */
export const hostKeyTarget: Target = {
  name: 'host-key',
  seeds: [
    ...[
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
      'ecdsa-sha2-nistp521',
      'ssh-rsa',
      'ssh-dss',
      'sk-ssh-ed25519@openssh.com',
    ].map(type => wireKey(type, 5)),
    wire('ssh-ed25519-cert-v01@openssh.com', 'nonce', Buffer.alloc(32, 1), Buffer.alloc(8), 'rest'),
    wire('sk-ssh-ed25519-cert-v01@openssh.com', 'nonce', Buffer.alloc(32, 1), 'ssh:', 'rest'),
  ],
  words: ['ssh-rsa', 'nistp256', 'constructor', '__proto__', '-cert-v01@openssh.com', '\0\0\0\x07'],
  run: input => {
    const certified = certifiedKey(input);
    must(certified === null || isPlainKey(certified), () => 'a certificate of no key');
    must(!(isPlainKey(input) && certified !== null), () => 'both a key and a certificate');
    if (isPlainKey(input))
      must(!isPlainKey(Buffer.concat([input, Buffer.of(0)])), () => 'bytes behind a key');
    must(/^SHA256:[A-Za-z0-9+/]{43}$/.test(fingerprint(input)), () => 'no fingerprint');
  },
};
