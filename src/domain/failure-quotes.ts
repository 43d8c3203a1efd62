import { hideSecrets } from './redact.ts';

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
