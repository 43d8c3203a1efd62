import { escapeText } from '../domain/escape.ts';
import type { World } from './world.ts';

/** A host key that nobody knows yet. */
export interface UnknownHostKey {
  /** The server, as the inventory will call it. */
  readonly server: string;
  readonly keyType: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

const HOW = `Compare each fingerprint with what \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` (or the file of that
type) prints on the server itself.
`;

/**
 * Shows the keys, and asks which of them are to be trusted: all, each by itself, or none. Nobody is asked with
 * `accept`; without a terminal and without it none is trusted.
 */
export async function confirmHostKeys<K extends UnknownHostKey>(
  keys: readonly K[],
  { stderr, terminal }: Pick<World, 'stderr' | 'terminal'>,
  accept: boolean,
): Promise<readonly K[]> {
  if (!accept && terminal === null) return [];
  const width = Math.max(...keys.map(({ server }) => server.length));
  const lines = keys.map(key => `  ${key.server.padEnd(width)}  ${key.keyType} ${key.fingerprint}`);
  const many = keys.length > 1;
  stderr.write(
    `${many ? 'These host keys are' : 'This host key is'} not known yet:\n${lines.map(escapeText).join('\n')}\n`,
  );
  if (accept || terminal === null) {
    stderr.write('Trusted, because of --accept-host-keys.\n');
    return keys;
  }
  stderr.write(HOW);
  const ask = async (question: string): Promise<string> =>
    ((await terminal.ask(question, { echo: true })) ?? '').trim().toLowerCase();
  const answer = await ask(many ? `Trust all ${keys.length}? [y/N, or e for each] ` : 'Trust it? [y/N] ');
  if (isYes(answer)) return keys;
  if (!many || !/^e(ach)?$/.test(answer)) return [];
  const trusted: K[] = [];
  for (const key of keys)
    if (isYes(await ask(escapeText(`Trust ${key.server}, ${key.fingerprint}? [y/N] `)))) trusted.push(key);
  return trusted;
}

const isYes = (answer: string): boolean => /^y(es)?$/.test(answer);
