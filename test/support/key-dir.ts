// A directory of keys for one test file, made by ssh-keygen, openssl and puttygen.

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

export interface KeyDir {
  readonly path: (name: string) => string;
  readonly text: (name: string) => string;
  /** Writes a private file; returns its path. */
  readonly write: (name: string, text: string, mode?: number) => string;
  /** `ssh-keygen` with a new key of the name; returns its path. */
  readonly make: (name: string, ...options: readonly string[]) => Promise<string>;
  /** Copies a key under another name and converts it in place with `ssh-keygen -p`; returns its path. */
  readonly converted: (name: string, from: string, ...options: readonly string[]) => Promise<string>;
  /** Certifies the key of the name by the key `ca`, for the principals root and deploy; returns the certificate's path. */
  readonly certify: (name: string, ca: string, ...options: readonly string[]) => Promise<string>;
  readonly remove: () => void;
}

export function createKeyDir(): KeyDir {
  const dir = mkdtempSync(join(tmpdir(), 'sshdrift-keys-'));
  const path = (name: string): string => join(dir, name);
  const text = (name: string): string => readFileSync(path(name), 'utf8');
  const write: KeyDir['write'] = (name, content, mode = 0o600) => {
    writeFileSync(path(name), content);
    chmodSync(path(name), mode);
    return path(name);
  };
  return {
    path,
    text,
    write,
    make: async (name, ...options) => {
      await run(['ssh-keygen', '-q', '-N', '', '-C', name, ...options, '-a', '1', '-f', path(name)]);
      return path(name);
    },
    converted: async (name, from, ...options) => {
      write(name, text(from));
      await run(['ssh-keygen', '-q', '-p', '-P', '', '-N', '', ...options, '-a', '1', '-f', path(name)]);
      return path(name);
    },
    certify: async (name, ca, ...options) => {
      const principals = ['-I', name, '-n', 'root,deploy'];
      await run(['ssh-keygen', '-q', '-s', path(ca), ...principals, ...options, path(`${name}.pub`)]);
      return path(`${name}-cert.pub`);
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
