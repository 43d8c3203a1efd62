import { decodeBytes } from './escape.ts';
import { hideSecrets } from './redact.ts';

/** Bytes that are looked at for secrets: of a part of one, it might not be known. */
const LOOKED_AT = 4096;
const TOLD = 200;

/** The first characters of what somebody said, without secrets, for a failure; not escaped. */
export const firstWords = (bytes: Buffer): string =>
  hideSecrets(decodeBytes(bytes.subarray(0, LOOKED_AT)))
    .trim()
    .slice(0, TOLD);

/** The last ones. */
export const lastWords = (bytes: Buffer): string =>
  hideSecrets(decodeBytes(bytes.subarray(-LOOKED_AT)))
    .trim()
    .slice(-TOLD);

/** What servers and programs said. Around it stand our own words, in which `SSH_PRIVATE_KEY: …` is no secret. */
const QUOTED: readonly string[] = ['detail', 'output', 'greeting', 'program'];

/** The failure without the secrets in what it quotes, also in the failure of a jump host within it. */
export const withoutQuotedSecrets = <T extends object>(failure: T): T =>
  Object.fromEntries(
    Object.entries(failure).map(([key, value]) => {
      if (typeof value === 'string') return [key, QUOTED.includes(key) ? hideSecrets(value) : value];
      return [key, key === 'why' || key === 'failure' ? withoutQuotedSecrets(value) : value];
    }),
  ) as T;
