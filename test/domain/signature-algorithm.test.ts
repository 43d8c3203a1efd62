import { expect, test } from 'vitest';
import { type ServerTaste, signatureAlgorithm } from '../../src/domain/signature-algorithm.ts';
import { wireString } from '../../src/domain/ssh-wire.ts';
import { wireKey } from '../support/wire-key.ts';

const taste = (algorithms: readonly string[] | null, software = 'OpenSSH_9.2p1'): ServerTaste => ({
  algorithms,
  software,
});
const all = taste(['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256']);
const rsaCertificate = wireString('ssh-rsa-cert-v01@openssh.com');

test.each<[string, Buffer, ServerTaste, string | null, string | null]>([
  ['ed25519', wireKey('ssh-ed25519', 1), all, 'ssh-ed25519', 'ssh-ed25519'],
  [
    'ed25519 and a server that does not list it',
    wireKey('ssh-ed25519', 1),
    taste([]),
    'ssh-ed25519',
    'ssh-ed25519',
  ],
  ['RSA', wireKey('ssh-rsa', 1), all, 'rsa-sha2-512', 'rsa-sha2-512'],
  ['RSA and a silent server', wireKey('ssh-rsa', 1), taste(null), 'rsa-sha2-512', 'rsa-sha2-512'],
  ['RSA with SHA-256 only', wireKey('ssh-rsa', 1), taste(['rsa-sha2-256']), 'rsa-sha2-256', 'rsa-sha2-256'],
  ['RSA with SHA-1 only', wireKey('ssh-rsa', 1), taste(['ssh-rsa']), null, null],
  [
    'RSA and OpenSSH 7.4, which hides it',
    wireKey('ssh-rsa', 1),
    taste(['ssh-rsa'], 'OpenSSH_7.4'),
    'rsa-sha2-512',
    'rsa-sha2-512',
  ],
  ['DSA', wireKey('ssh-dss', 1), all, null, null],
  [
    'FIDO',
    wireKey('sk-ssh-ed25519@openssh.com', 1),
    all,
    'sk-ssh-ed25519@openssh.com',
    'sk-ssh-ed25519@openssh.com',
  ],
  ['an RSA certificate', rsaCertificate, all, 'rsa-sha2-512-cert-v01@openssh.com', 'rsa-sha2-512'],
  [
    'an ed25519 certificate',
    wireString('ssh-ed25519-cert-v01@openssh.com'),
    all,
    'ssh-ed25519-cert-v01@openssh.com',
    'ssh-ed25519',
  ],
  [
    'a FIDO certificate',
    wireString('sk-ssh-ed25519-cert-v01@openssh.com'),
    all,
    'sk-ssh-ed25519-cert-v01@openssh.com',
    'sk-ssh-ed25519@openssh.com',
  ],
])('%s', (_, blob, server, request, signature) => {
  expect(signatureAlgorithm(blob, server)).toEqual(request === null ? null : { request, signature });
});
