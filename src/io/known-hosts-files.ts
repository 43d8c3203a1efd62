// The known_hosts files of a run. Each is read once, however many servers share it, and again when it has changed. A
// missing file knows nobody; one that cannot be read fails the server, for it may hold the line that revokes the key.

import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Destination } from '../domain/destination.ts';
import { escapeText } from '../domain/escape.ts';
import type { Failure } from '../domain/failure.ts';
import { type HostAddress, hostKeyNames, knownHostsName } from '../domain/host-key-trust.ts';
import { type KnownHost, knownHostsLine, parseKnownHosts } from '../domain/known-hosts.ts';
import { indexKnownHosts, type KnownHostsIndex } from '../domain/known-hosts-index.ts';
import { isFailure } from '../engine/ports.ts';
import { errorCode, fileTrouble } from './file-trouble.ts';
import { makeDirectory } from './make-directory.ts';
import { readWhole } from './read-whole.ts';

/** What known_hosts text from the environment is called where a file would be named. */
const ENVIRONMENT = 'SSH_KNOWN_HOSTS';

/** A hundred times what a large fleet needs. */
const MAX_BYTES = 64 * 1024 ** 2;

export interface KnownHosts {
  /** The files that are asked about a server, in order, missing ones too; or just `SSH_KNOWN_HOSTS`. */
  readonly filesFor: (destination: Destination) => readonly string[];
  /** All lines of those files that name the server, others too, and the keys that this run has learnt. */
  readonly entriesFor: (destination: Destination) => Promise<readonly KnownHost[] | Failure>;
  /**
   * Appends the key of an unknown server to the first of its files (`accept-new`). The rest of the run knows it in any
   * case; if it could not be stored, a warning says why. Never rejects.
   */
  readonly learn: (destination: Destination, blob: Buffer) => Promise<string | null>;
}

/**
 * Opens the known_hosts files of one run; nothing is read before a server asks. `text`, if not null, replaces all files.
 */
export function createKnownHosts(text: string | null): KnownHosts {
  const reads = new Map<string, { readonly stamp: string; readonly index: KnownHostsIndex | Failure }>();
  const given = text === null ? null : indexKnownHosts(ENVIRONMENT, text);
  /** By file, then by the text of the line. */
  const learnt = new Map<string, Map<string, KnownHost>>();
  let writing: Promise<unknown> = Promise.resolve();

  const read = (file: string): KnownHostsIndex | Failure => {
    if (given !== null) return given;
    const stamp = stampOf(file);
    const before = reads.get(file);
    if (before?.stamp === stamp) return before.index;
    const index = readKnownHosts(file);
    reads.set(file, { stamp, index });
    return index;
  };

  const filesFor = (destination: Destination): readonly string[] =>
    text === null ? destination.knownHostsFiles : [ENVIRONMENT];

  const entriesFor = async (destination: Destination): Promise<readonly KnownHost[] | Failure> => {
    const files = filesFor(destination);
    const found = files.map(read);
    const failure = found.find(isFailure);
    if (failure !== undefined) return failure;
    const revoked = await revokedKeys(destination.revokedHostKeys);
    if (isFailure(revoked)) return revoked;
    const fresh = files.flatMap(file => [...(learnt.get(file)?.values() ?? [])]);
    const names = hostKeyNames(addressOf(destination));
    const known = found.flatMap(index => (isFailure(index) ? [] : index.linesFor(names)));
    return [...revoked, ...known, ...fresh];
  };

  const learn = async (destination: Destination, blob: Buffer): Promise<string | null> => {
    const name = knownHostsName(addressOf(destination));
    const unstored = (why: string): string =>
      escapeText(`the host key of ${name} was not stored, only this run trusts it: ${why}`);
    const [file] = filesFor(destination);
    const line = knownHostsLine(name, blob);
    if (file === undefined) return unstored('no known_hosts file is named');
    if (line === null) return unstored('such a name cannot stand in a known_hosts file');
    const lines = learnt.get(file) ?? new Map<string, KnownHost>();
    learnt.set(file, lines);
    if (lines.has(line)) return null;
    const remember = (number: number): void => {
      for (const entry of parseKnownHosts(file, line)) lines.set(line, { ...entry, line: number });
    };
    remember(0);
    if (text !== null) return unstored('SSH_KNOWN_HOSTS replaces the files');
    // A line of known_hosts is also one of authorized_keys, with the host for an option: an inventory must not be able
    // to name that file, or a start-up file of a shell, and have it written.
    if (!basename(file).includes('known_hosts')) return unstored(`${file} is not named known_hosts`);
    const written = writing.then(() => append(file, line));
    writing = written.catch(() => undefined);
    return written.then(
      number => {
        remember(number);
        return null;
      },
      (error: Error) => unstored(error.message),
    );
  };

  return { filesFor, entriesFor, learn };
}

/** The place under which known_hosts knows a destination. */
export const addressOf = ({ host, port, hostKeyAlias }: Destination): HostAddress => ({
  host,
  port,
  alias: hostKeyAlias,
});

/** Another one means that the file may have changed. */
function stampOf(file: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(file);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return '';
  }
}

function readKnownHosts(file: string): KnownHostsIndex | Failure {
  try {
    return indexKnownHosts(file, readWhole(file, MAX_BYTES).toString('utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return indexKnownHosts(file, '');
    return { code: 'ssh/known-hosts-unreadable', file, detail: fileTrouble(error) };
  }
}

/** RevokedHostKeys in its plain form, a public key on each line: as if each stood as `@revoked *` in known_hosts. */
async function revokedKeys(file: string | null): Promise<readonly KnownHost[] | Failure> {
  if (file === null) return [];
  const unreadable = (detail: string): Failure => ({ code: 'ssh/known-hosts-unreadable', file, detail });
  try {
    const text = readWhole(file, MAX_BYTES).toString('latin1');
    if (text.startsWith('SSHKRL\n\0'))
      return unreadable(
        'it is a key revocation list (KRL); sshdrift reads RevokedHostKeys only as a list of keys',
      );
    return parseKnownHosts(file, text.replace(/^[ \t]*(?=[^\s#])/gm, '@revoked * '));
  } catch (error) {
    return unreadable(fileTrouble(error));
  }
}

/** Resolves to the line number. A single write, so that two runs at once do not mix their lines. */
async function append(path: string, line: string): Promise<number> {
  await makeDirectory(dirname(path), 0o700);
  const file = await open(path, 'a+', 0o600);
  try {
    const before = await file.readFile('latin1');
    const gap = before === '' || before.endsWith('\n') ? '' : '\n';
    await file.write(`${gap}${line}\n`);
    return `${before}${gap}`.split('\n').length;
  } finally {
    await file.close();
  }
}
