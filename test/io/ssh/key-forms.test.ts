// Every form of private key that people have, against a real sshd.

import ssh2 from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureText } from '../../../src/domain/failure-text.ts';
import { publicKeyOf } from '../../../src/domain/public-key-text.ts';
import { readStrings } from '../../../src/domain/ssh-wire.ts';
import { isFailure } from '../../../src/engine/ports.ts';
import { isKeyTrouble, signingKey } from '../../../src/io/ssh/signing-key.ts';
import { connectTo, type Reach, run } from '../../support/connecting.ts';
import { createKeyDir, type KeyDir } from '../../support/key-dir.ts';
import { needs } from '../../support/programs.ts';
import { run as runProgram } from '../../support/run.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';

const { describe } = needs('sshd', 'ssh-keygen', 'openssl', 'puttygen');

let sshd: Sshd;
let keys: KeyDir;

const TYPES: Readonly<Record<string, readonly string[]>> = {
  ed25519: ['-t', 'ed25519'],
  p256: ['-t', 'ecdsa', '-b', '256'],
  p384: ['-t', 'ecdsa', '-b', '384'],
  p521: ['-t', 'ecdsa', '-b', '521'],
  rsa: ['-t', 'rsa', '-b', '2048'],
};

const PASSPHRASE = 'open sesame';
const reach = (more: Partial<Reach>): Reach => ({
  host: sshd.host,
  port: sshd.port,
  user: sshd.user,
  knownHosts: sshd.knownHosts,
  ...more,
});

async function puttygen(name: string, from: string, ...options: readonly string[]): Promise<string> {
  await runProgram(['puttygen', keys.path(from), '-O', 'private', '-o', keys.path(name), ...options]);
  return keys.path(name);
}

async function pkcs8(name: string, from: string, ...options: readonly string[]): Promise<string> {
  const pem = await runProgram(['openssl', 'pkcs8', '-topk8', '-in', keys.path(from), ...options]);
  return keys.write(name, pem.toString());
}

describe('a private key', () => {
  beforeAll(async () => {
    keys = createKeyDir();
    await Promise.all(Object.entries(TYPES).map(([name, options]) => keys.make(name, ...options)));
    const lines = Object.keys(TYPES).map(name => keys.text(`${name}.pub`));
    sshd = await startSshd({
      files: { '/etc/authorized': { type: 'file', content: lines.join(''), mode: 0o644 } },
      config: ['AuthorizedKeysFile /etc/authorized', 'PubkeyAcceptedAlgorithms -ssh-rsa'],
    });
  });
  afterAll(async () => {
    await sshd.stop();
    keys.remove();
  });

  const login = (identityFile: string, passphrase?: string): Promise<string> =>
    run(reach({ identityFile, ...(passphrase !== undefined && { passphrase }) }), 'true');

  test.each(Object.keys(TYPES))('%s in the form of OpenSSH, plain and encrypted', async type => {
    expect(await login(keys.path(type))).toBe('0');
    const locked = await keys.converted(`${type}-locked`, type, '-N', PASSPHRASE);
    expect(await login(locked, PASSPHRASE)).toBe('0');
    expect(await login(locked, 'wrong')).toBe('ssh/passphrase-needed');
    expect(await login(locked)).toBe('ssh/passphrase-needed');
  });

  test.each(['rsa', 'p256', 'p384', 'p521'])('%s as PEM, plain and encrypted in the old way', async type => {
    expect(await login(await keys.converted(`${type}-pem`, type, '-m', 'PEM'))).toBe('0');
    const locked = await keys.converted(`${type}-pem-locked`, type, '-m', 'PEM', '-N', PASSPHRASE);
    expect(keys.text(`${type}-pem-locked`)).toContain('DEK-Info');
    expect(await login(locked, PASSPHRASE)).toBe('0');
    expect(await connectTo(reach({ identityFile: locked }))).toMatchObject({ wrong: false });
    expect(await connectTo(reach({ identityFile: locked, passphrase: 'x' }))).toMatchObject({ wrong: true });
  });

  test.each(['rsa', 'p256', 'p521'])('%s as PKCS#8, plain and encrypted', async type => {
    await keys.converted(`${type}-source`, type, '-m', 'PEM');
    const plain = await pkcs8(`${type}-p8`, `${type}-source`, '-nocrypt');
    expect(keys.text(`${type}-p8`)).toContain('BEGIN PRIVATE KEY');
    expect(await login(plain)).toBe('0');
    const locked = await pkcs8(`${type}-p8-locked`, `${type}-source`, '-passout', `pass:${PASSPHRASE}`);
    expect(keys.text(`${type}-p8-locked`)).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect(await login(locked, PASSPHRASE)).toBe('0');
    expect(await connectTo(reach({ identityFile: locked, passphrase: 'x' }))).toMatchObject({ wrong: true });
  });

  test('ed25519 as PKCS#8, which ssh2 does not read', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const head = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
    const line = `ssh-ed25519 ${Buffer.concat([head, raw]).toString('base64')}`;
    await sshd.sh(`echo '${line}' >>${sshd.path('authorized')}`);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(await login(keys.write('ed-p8', pem))).toBe('0');
  });

  test.each(['ed25519', 'p256', 'p521', 'rsa'])('%s as PPK of version 2 and 3', async type => {
    expect(await login(await puttygen(`${type}-3.ppk`, type, '--ppk-param', 'version=3'))).toBe('0');
    expect(await login(await puttygen(`${type}-2.ppk`, type, '--ppk-param', 'version=2'))).toBe('0');
    const passphrase = keys.write('passphrase', PASSPHRASE);
    const locked = await puttygen(
      `${type}-2-locked.ppk`,
      type,
      '--ppk-param',
      'version=2',
      '--new-passphrase',
      passphrase,
    );
    expect(await login(locked, PASSPHRASE)).toBe('0');
    expect(await connectTo(reach({ identityFile: locked, passphrase: 'x' }))).toMatchObject({ wrong: true });
    expect(await connectTo(reach({ identityFile: locked }))).toMatchObject({ wrong: false });
  });

  test('an encrypted PPK of version 3 is named, with the way out', async () => {
    const passphrase = keys.write('passphrase', PASSPHRASE);
    const locked = await puttygen('3-locked.ppk', 'ed25519', '--new-passphrase', passphrase);
    const failure = await connectTo(reach({ identityFile: locked, passphrase: PASSPHRASE }));
    expect(failure).toMatchObject({ code: 'ssh/key-unusable' });
    if (isFailure(failure)) expect(failureText(failure).message).toContain('puttygen KEY.ppk');
  });

  test.each([
    ['CRLF', (key: string) => key.replaceAll('\n', '\r\n')],
    ['literal \\n', (key: string) => key.replaceAll('\n', '\\n')],
    ['literal \\r\\n in quotes', (key: string) => `"${key.replaceAll('\n', '\\r\\n')}"`],
    ['quotes', (key: string) => `'${key}'`],
    ['indentation', (key: string) => key.replace(/^/gm, '    ')],
    ['blanks for newlines', (key: string) => key.replaceAll('\n', ' ')],
    ['a byte order mark', (key: string) => `\ufeff${key}`],
    ['no final newline', (key: string) => key.trimEnd()],
    ['base64', (key: string) => Buffer.from(key).toString('base64')],
    ['base64 in lines', (key: string) => Buffer.from(key).toString('base64').replace(/.{76}/g, '$&\n')],
    ['base64 of CRLF', (key: string) => Buffer.from(key.replaceAll('\n', '\r\n')).toString('base64')],
  ])('SSH_PRIVATE_KEY with %s', async (_, mangle) => {
    await keys.converted('mangled', 'rsa', '-m', 'PEM', '-N', PASSPHRASE);
    expect(await run(reach({ privateKey: mangle(keys.text('ed25519')) }), 'true')).toBe('0');
    expect(
      await run(reach({ privateKey: mangle(keys.text('mangled')), passphrase: PASSPHRASE }), 'true'),
    ).toBe('0');
  });

  test.each([
    ['/home/ci/.ssh/id_ed25519', 'name of a file'],
    ['c2VjcmV0IHRva2VuIHRoYXQgaXMgbm8ga2V5', 'BEGIN'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n', 'key'],
  ])('SSH_PRIVATE_KEY that is no key is told without a word of it: %s', async (privateKey, says) => {
    const failure = await connectTo(reach({ privateKey }));
    if (!isFailure(failure)) throw new Error('connected');
    const { message, hint } = failureText(failure);
    expect(message).toContain(says);
    expect(`${message}${hint}`).not.toMatch(/c2Vj|\/home\/ci/);
  });

  test('a file that others can read is refused, as OpenSSH does', async () => {
    const file = keys.write('open', keys.text('ed25519'), 0o640);
    const failure = await connectTo(reach({ identityFile: file }));
    if (!isFailure(failure)) throw new Error('connected');
    expect(failureText(failure)).toEqual({
      message: `cannot use the private key from ${file}: UNPROTECTED PRIVATE KEY FILE, permissions 0640 are too open`,
      hint: `Only you may read it, or it is not used: chmod 600 ${file}`,
    });
  });

  test('RSA signs with SHA-2', async () => {
    expect(await login(keys.path('rsa'))).toBe('0');
    const { publicKey, blob } = { publicKey: keys.text('rsa.pub'), blob: publicKeyOf(keys.text('rsa.pub')) };
    const key = await signingKey(keys.text('rsa'), null);
    if (isKeyTrouble(key)) throw new Error(key.kind);
    const parsed = ssh2.utils.parseKey(publicKey);
    if (parsed instanceof Error || Array.isArray(parsed)) throw new Error('no key');
    expect(key.blob).toEqual(blob);
    for (const [algorithm, hash] of [
      ['rsa-sha2-256', 'sha256'],
      ['rsa-sha2-512', 'sha512'],
    ] as const) {
      const [name, signature] = readStrings(key.sign(Buffer.from('data'), algorithm), 2)?.strings ?? [];
      expect(name?.toString()).toBe(algorithm);
      expect(parsed.verify('data', signature ?? Buffer.alloc(0), hash)).toBe(true);
    }
  });
});
