// The private keys of files and of SSH_PRIVATE_KEY. Each is read once and decrypted at most once for all servers.

import { certifiedKey, keyType } from '../../domain/host-key.ts';
import type { KnownFile } from '../../domain/identity-order.ts';
import { looksLikePrivateKey, tidyPrivateKey } from '../../domain/private-key-text.ts';
import { openSshHead } from '../../domain/public-key-text.ts';
import type { Passphrases } from './passphrases.ts';
import { type KeyFile, readKeyFile, readPublicKey } from './read-key-file.ts';
import { isKeyTrouble, type KeyTrouble, type SigningKey, signingKey } from './signing-key.ts';

export const VARIABLE = 'SSH_PRIVATE_KEY';

/** A key file that is there. */
export interface LoadedKey extends KnownFile {
  /** Certificate that lies beside it. */
  readonly certificate: { readonly source: string; readonly blob: Buffer } | null;
  /** Decrypted for as long as the passphrase is known or someone can be asked; in words why it cannot be. */
  readonly unlock: () => Promise<SigningKey | KeyTrouble>;
  /** False while a person would have to be asked for the passphrase. */
  readonly ready: boolean;
  /** What lies beside it and belongs to another key: said when no key is let in. */
  readonly notes: readonly string[];
}

/** Why a file cannot be used; null for a file that is not there. */
export type FileTrouble = { readonly source: string; readonly trouble: KeyTrouble | null };

export interface KeyFiles {
  readonly fromFile: (path: string) => Promise<LoadedKey | FileTrouble>;
  /** From the text of SSH_PRIVATE_KEY. */
  readonly fromVariable: (text: string) => Promise<LoadedKey | FileTrouble>;
  /** The certificate or public key in a file; null if there is none. */
  readonly certificate: (path: string) => Promise<Buffer | null>;
}

export const isFileTrouble = (value: LoadedKey | FileTrouble): value is FileTrouble => 'trouble' in value;

export function createKeyFiles(passphrases: Passphrases): KeyFiles {
  const keys = new Map<string, Promise<LoadedKey | FileTrouble>>();
  const certificates = new Map<string, Promise<Buffer | null>>();
  const once = <T>(cache: Map<string, Promise<T>>, key: string, load: () => Promise<T>): Promise<T> => {
    const value = cache.get(key) ?? load();
    cache.set(key, value);
    return value;
  };
  return {
    fromFile: path => once(keys, path, async () => load(path, readKeyFile(path), passphrases)),
    fromVariable: text => once(keys, VARIABLE, () => load(VARIABLE, keyOfVariable(text), passphrases)),
    certificate: path => once(certificates, path, async () => readPublicKey(path)),
  };
}

/** A secret that holds the name of a file, or nothing like a key, is told without a word of what it holds. */
function keyOfVariable(raw: string): KeyFile {
  const text = tidyPrivateKey(raw);
  if (looksLikePrivateKey(text)) return { kind: 'private', text, head: openSshHead(text) };
  const detail = /^(~?\/|[A-Za-z]:\\)[^\n]*\n$/.test(text)
    ? 'it holds the name of a file and not a key; name the file with `ssh.identity_file`'
    : /^(ssh|ecdsa|sk)-/.test(text)
      ? 'it is a public key'
      : 'it has no BEGIN … PRIVATE KEY line';
  return { kind: 'unusable', detail };
}

async function load(
  source: string,
  file: KeyFile,
  passphrases: Passphrases,
): Promise<LoadedKey | FileTrouble> {
  if (file.kind === 'absent') return { source, trouble: null };
  if (file.kind === 'unusable') return { source, trouble: file };
  const certificate = besides(source);
  const known = { source, certificate, notes: [] };
  if (file.kind === 'public') return agentOnly({ ...known, blob: file.blob });
  const { text, head } = file;
  if (head !== null && keyType(head.blob).startsWith('sk-')) return agentOnly({ ...known, blob: head.blob });
  const plain = head?.encrypted ? null : await signingKey(text, null);
  const locked = plain === null || (isKeyTrouble(plain) && plain.kind === 'encrypted');
  if (!locked && isKeyTrouble(plain)) return { source, trouble: plain };
  const beside = source === VARIABLE ? null : readPublicKey(`${source}.pub`);
  if (plain !== null && !isKeyTrouble(plain)) {
    const notes = strangers(source, plain.blob, { beside, certificate });
    return { ...known, notes, blob: plain.blob, signs: true, ready: true, unlock: async () => plain };
  }
  // The public half from the file itself or from the .pub beside it; then the passphrase can wait.
  const blob = head?.blob ?? beside;
  const open = async (passphrase: string | null): Promise<SigningKey | KeyTrouble> => {
    const key = await signingKey(text, passphrase);
    if (isKeyTrouble(key) || blob === null || key.blob.equals(blob)) return key;
    return {
      kind: 'unusable',
      detail: `its contents do not match ${source}.pub, the public half of another key`,
    };
  };
  let unlocked: Promise<SigningKey | KeyTrouble> | undefined;
  const unlock = (): Promise<SigningKey | KeyTrouble> => {
    unlocked ??= passphrases.unlock(source, open);
    return unlocked;
  };
  const notes = blob === null ? [] : strangers(source, blob, { beside, certificate });
  return { ...known, notes, blob, signs: true, ready: passphrases.fixed, unlock };
}

/** In OpenSSH's words, as far as it has any. */
function strangers(
  source: string,
  blob: Buffer,
  { beside, certificate }: { readonly beside: Buffer | null; readonly certificate: LoadedKey['certificate'] },
): readonly string[] {
  const certified = certificate && certifiedKey(certificate.blob);
  return [
    ...(beside && !beside.equals(blob)
      ? [`${source}.pub is the public half of another key than ${source}`]
      : []),
    ...(certified && !certified.equals(blob)
      ? [`certificate ${certificate.source} does not match private key ${source}`]
      : []),
  ];
}

/** `id_ed25519-cert.pub` beside `id_ed25519` or `id_ed25519.pub`. */
function besides(source: string): LoadedKey['certificate'] {
  if (source === VARIABLE) return null;
  const path = `${source.replace(/\.pub$/, '')}-cert.pub`;
  const blob = readPublicKey(path);
  return blob && { source: path, blob };
}

const agentOnly = (
  known: Pick<LoadedKey, 'source' | 'certificate' | 'notes'> & { readonly blob: Buffer },
): LoadedKey => ({
  ...known,
  signs: false,
  ready: true,
  unlock: async () => ({ kind: 'unusable', detail: agentNeeded(known.blob) }),
});

export const agentNeeded = (blob: Buffer): string =>
  keyType(blob).startsWith('sk-')
    ? `it is a FIDO key (${keyType(blob)}), which only an agent can sign with; ssh-add it`
    : 'it is a public key, and no agent has its private half; ssh-add it';
