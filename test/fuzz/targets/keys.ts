import { listAnswer, signAnswer } from '../../../src/domain/agent-message.ts';
import { isPlainKey, keyType } from '../../../src/domain/host-key.ts';
import { openSshNumbers } from '../../../src/domain/open-ssh-key.ts';
import { readPpk } from '../../../src/domain/ppk.ts';
import { looksLikePrivateKey, tidyPrivateKey } from '../../../src/domain/private-key-text.ts';
import { parsePublicKey } from '../../../src/domain/public-key.ts';
import { openSshHead, publicKeyOf } from '../../../src/domain/public-key-text.ts';
import { keyText, wire, wireKey } from '../../support/wire-key.ts';
import { must, printable, refusable, same, type Target } from '../target.ts';

const ED = wireKey('ssh-ed25519', 4);
const inside = Buffer.concat([
  Buffer.alloc(8, 1),
  wire('ssh-ed25519', Buffer.alloc(32, 4), Buffer.alloc(64, 4), 'comment'),
  Buffer.of(1, 2, 3),
]);
const OPEN_SSH = Buffer.concat([
  Buffer.from('openssh-key-v1\0'),
  wire('none', 'none', ''),
  Buffer.of(0, 0, 0, 1),
  wire(ED, inside),
]).toString('base64');
const PRIVATE = `-----BEGIN OPENSSH PRIVATE KEY-----\n${OPEN_SSH.replace(/.{64}/g, '$&\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
const LEGACY =
  '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF\n\nAAAA\n-----END RSA PRIVATE KEY-----\n';
// Made by PuTTY's own rules, for a key of ours that opens nothing.
const ppk = (version: number, encryption: string): string =>
  [
    `PuTTY-User-Key-File-${version}: ssh-ed25519`,
    `Encryption: ${encryption}`,
    'Comment: c',
    'Public-Lines: 2',
    ...(ED.toString('base64').match(/.{1,64}/g) ?? []),
    'Private-Lines: 1',
    Buffer.alloc(48, 7).toString('base64'),
    `Private-MAC: ${'0'.repeat(version === 3 ? 64 : 40)}`,
    '',
  ].join('\n');

const PEM_WORDS = [
  '-----BEGIN ',
  '-----END ',
  'PRIVATE KEY-----',
  'OPENSSH ',
  'Proc-Type: 4,ENCRYPTED',
  '\\n',
  '\\r\\n',
  '"',
  '\xef\xbb\xbf',
  '==',
  OPEN_SSH,
];

const WELL_FORMED = /^-----BEGIN ([A-Z ]*PRIVATE KEY)-----\n([A-Za-z0-9+/=\n]+)\n-----END \1-----\n$/;

/** Text of a private key, however a secret store has mangled it. */
export const privateKeyTarget: Target = {
  name: 'private-key',
  seeds: [
    PRIVATE,
    LEGACY,
    Buffer.from(PRIVATE).toString('base64'),
    `"${PRIVATE.replaceAll('\n', '\\n')}"`,
    ppk(2, 'none'),
  ],
  words: PEM_WORDS,
  run: input => {
    const tidy = tidyPrivateKey(input.toString('utf8'));
    // With a backslash in it the base64 was damaged before.
    if (/^-----BEGIN[^\\]*$/.test(tidy)) same(tidyPrivateKey(tidy), tidy, 'tidying twice');
    const sound = WELL_FORMED.exec(input.toString('utf8'));
    if (sound)
      same(WELL_FORMED.exec(tidy)?.[2]?.replaceAll('\n', ''), sound[2]?.replaceAll('\n', ''), 'the base64');
    must(tidy.endsWith('\n'), () => 'no newline at the end');
    must(!looksLikePrivateKey(input.toString('utf8')) || looksLikePrivateKey(tidy), () => 'a key was lost');
    const numbers = openSshNumbers(tidy);
    const head = openSshHead(tidy);
    if (numbers !== null) {
      must(isPlainKey(numbers.blob), () => 'numbers of no key');
      same(head?.blob, numbers.blob, 'the public half');
      must(head?.encrypted === false, () => 'numbers of an encrypted key');
    }
  },
};

/** PuTTY's files, whose MAC was made by none of the changes. */
export const ppkTarget: Target = {
  name: 'ppk',
  seeds: [ppk(2, 'none'), ppk(3, 'none'), ppk(2, 'aes256-cbc'), ppk(3, 'aes256-cbc')],
  words: [
    'PuTTY-User-Key-File-2: ',
    'Encryption: none\n',
    'aes256-cbc',
    'Private-MAC: ',
    'Argon2-Memory: 8192\n',
    'Public-Lines: 1\n',
    '\r\n',
  ],
  run: input => {
    const text = input.toString('latin1');
    for (const passphrase of [null, '', 'secret']) {
      const read = readPpk(text, passphrase);
      must(read === null || typeof read === 'string', () => 'a forged file was taken');
      must((read === null) === !text.startsWith('PuTTY-User-Key-File-'), () => `${read}`);
    }
  },
};

/** Lines of .pub files; what comes out goes into authorized_keys. */
export const publicKeyTarget: Target = {
  name: 'public-key',
  seeds: [
    `${keyText(ED)} ada@desk\n`,
    `# mine\n\n${keyText(wireKey('ssh-rsa', 3))}`,
    `restrict ${keyText(ED)}`,
    PRIVATE,
  ],
  words: ['ssh-ed25519 ', 'command="x" ', '\n', '\r\n', '#', '=', '\xc2\x85', '\xe2\x80\xa8'],
  run: input => {
    const text = input.toString('utf8');
    const line = refusable(() => parsePublicKey(text, 'key.pub'));
    if (line !== null) {
      printable(line);
      must(
        !line.includes('\n') && /^[a-z0-9@.-]+ [A-Za-z0-9+/=]+( |$)/.test(line),
        () => `a line of more than a key: ${line}`,
      );
      same(parsePublicKey(line, 'key.pub'), line, 'read again');
    }
    const blob = publicKeyOf(text);
    must(blob === null || text.includes(keyType(blob)), () => 'a key from nowhere');
  },
};

/** What an agent answers. */
export const agentTarget: Target = {
  name: 'agent',
  seeds: [
    Buffer.concat([Buffer.of(12, 0, 0, 0, 2), wire(ED, 'one', ED, 'two')]),
    Buffer.concat([Buffer.of(14), wire(wire('ssh-ed25519', Buffer.alloc(64)))]),
    Buffer.of(5),
  ],
  words: ['\x0c\0\0\x08\0', '\x0e', '\0\0\0\0'],
  run: input => {
    const keys = listAnswer(input);
    must(keys === null || keys.length <= 2048, () => 'too many keys');
    const bytes = keys?.reduce((sum, { blob }) => sum + blob.length, 0) ?? 0;
    must(
      bytes <= input.length && (signAnswer(input)?.length ?? 0) <= input.length,
      () => 'more than was sent',
    );
  },
};
