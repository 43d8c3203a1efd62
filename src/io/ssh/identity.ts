// A key or certificate that may be offered to servers, whoever holds its private half.

import type { Offer } from '../../domain/identity-order.ts';
import { plainType } from '../../domain/signature-algorithm.ts';
import type { Agent } from './agents.ts';
import { noteOf } from './key-failure.ts';
import type { FileTrouble, LoadedKey } from './key-files.ts';
import type { Terminal } from './passphrases.ts';
import { isKeyTrouble } from './signing-key.ts';

/** Signs for an algorithm as `signatureAlgorithm` names it: the signature as it goes into a request, or why there is none. */
export type Sign = (data: Buffer, algorithm: string) => Promise<Buffer | string>;

export interface Identity {
  /** For messages: a file, a variable, or the agent's comment. */
  readonly source: string;
  /** As it goes over the wire; null where only a passphrase tells. */
  readonly blob: Buffer | null;
  /** An agent signs, or a passphrase is missing: a person may have to act, so the server is asked for its interest first. */
  readonly held: 'here' | 'locked' | 'agent';
  /** Makes it ready to sign, which may ask a person; in words why not. Safe to call again. */
  readonly open: () => Promise<Opened | string>;
}

/** An identity that can sign. */
export interface Opened {
  readonly blob: Buffer;
  readonly sign: Sign;
}

/** Without a person to ask the passphrase is tried at once, before any deadline starts. */
export async function fileIdentity(
  { source, blob }: Offer<LoadedKey>,
  file: LoadedKey,
  terminal: Terminal | null,
): Promise<Identity | FileTrouble> {
  if (file.ready || terminal === null) {
    const key = await file.unlock();
    if (isKeyTrouble(key)) return { source: file.source, trouble: key };
  }
  const open: Identity['open'] = async () => {
    const key = await file.unlock();
    if (isKeyTrouble(key)) return noteOf({ source: file.source, trouble: key });
    return {
      blob: blob ?? key.blob,
      sign: async (data, algorithm) => {
        try {
          return key.sign(data, algorithm);
        } catch (error) {
          return `${source} could not sign: ${(error as Error).message}`;
        }
      },
    };
  };
  return { source, blob, held: file.ready ? 'here' : 'locked', open };
}

/** Null for a key that no server takes. */
export function agentIdentity({ source, blob, by }: Offer<LoadedKey>, agent: Agent | null): Identity | null {
  if (agent === null || blob === null || by.kind !== 'agent' || plainType(blob) === 'ssh-dss') return null;
  const sign = async (data: Buffer, algorithm: string): Promise<Buffer | string> => {
    const signature = await agent.sign(by.key, data, algorithm);
    return typeof signature === 'string'
      ? `the SSH agent did not sign for ${source}: ${signature}`
      : signature;
  };
  return { source, blob, held: 'agent', open: async () => ({ blob, sign }) };
}
