// Configurations as they are found, with places for secrets: `@name@`. Every place gets a canary, a string that exists
// nowhere else and is new in every run, so that whatever shows one has shown a secret.

import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const DIR = join(import.meta.dirname, 'corpus');

/** Names below /etc. */
export const CORPUS: readonly string[] = readdirSync(DIR, { recursive: true, encoding: 'utf8' })
  .filter(name => statSync(join(DIR, name)).isFile())
  .sort();

/** One version of all the files, and the secrets in it. */
export interface Planted {
  readonly files: Readonly<Record<string, string>>;
  readonly canaries: readonly string[];
}

/** A secret: letters and digits, both in any stretch of ten. */
export const canary = (): string => `q7${randomBytes(9).toString('hex')}x4z`;

/** The corpus with new canaries. `revision` is what stands in the first comment of every file, and is no secret. */
export function plant(revision: string): Planted {
  const canaries: string[] = [];
  const files = CORPUS.map(name => {
    const text = readFileSync(join(DIR, name), 'utf8').replace(/@(\w+)@/g, (_, place: string) => {
      if (place === 'rev') return revision;
      const secret = place === 'uuid' ? randomUUID() : canary();
      canaries.push(secret);
      return secret;
    });
    return [name, text] as const;
  });
  return { files: Object.fromEntries(files), canaries };
}

const PIECE = 10;

/** Those canaries of which the text holds ten characters in a row, or more. */
export const shownIn = (text: string, canaries: readonly string[]): readonly string[] =>
  canaries.filter(secret =>
    Array.from({ length: secret.length - PIECE + 1 }, (_, at) => secret.slice(at, at + PIECE)).some(piece =>
      text.includes(piece),
    ),
  );
