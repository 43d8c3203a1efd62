// Who we are to one server: the key of SSH_PRIVATE_KEY and nothing else, or the agent's keys and files, in OpenSSH's order.

import type { AgentKey } from '../../domain/agent-message.ts';
import type { Destination } from '../../domain/destination.ts';
import type { Failure } from '../../domain/failure.ts';
import { identityOrder, type KnownCertificate } from '../../domain/identity-order.ts';
import { type Agent, createAgents } from './agents.ts';
import { agentIdentity, fileIdentity, type Identity } from './identity.ts';
import { keyFailure, noteOf } from './key-failure.ts';
import { agentNeeded, createKeyFiles, isFileTrouble, type KeyFiles, type LoadedKey } from './key-files.ts';
import { createPassphrases, type Terminal } from './passphrases.ts';

export interface KeySettings {
  /** Text of SSH_PRIVATE_KEY; null if it is not set. */
  readonly privateKey: string | null;
  /** SSH_KEY_PASSPHRASE; null if it is not set. */
  readonly passphrase: string | null;
  /** Null if nobody is there to ask. */
  readonly terminal: Terminal | null;
}

/** What can be offered, in order. */
export interface Offered {
  readonly identities: readonly Identity[];
  /** What was passed over and why: said when no identity is let in. */
  readonly notes: readonly string[];
  /** Said in any case. */
  readonly warnings: readonly string[];
}

/** A failure if nothing can be offered and nobody is there to type a password. */
export type Identities = (destination: Destination) => Promise<Offered | Failure>;

export function createIdentities({ privateKey, passphrase, terminal }: KeySettings): Identities {
  const files = createKeyFiles(createPassphrases(passphrase, terminal));
  const agents = createAgents(terminal !== null);
  return async destination => {
    const { identityFiles, identityAgent, identitiesOnly } = destination;
    const loaded = await Promise.all(
      privateKey === null
        ? identityFiles.map(file => files.fromFile(file.path))
        : [files.fromVariable(privateKey)],
    );
    const agent = privateKey !== null || identityAgent === null ? null : agents(identityAgent);
    const inAgent = (await agent?.keys()) ?? [];
    const held: readonly AgentKey[] = typeof inAgent === 'string' ? [] : inAgent;
    const keys = loaded.filter((key): key is LoadedKey => !isFileTrouble(key));
    const troubles = loaded.filter(isFileTrouble);
    const certificates = await certificatesOf(destination, keys, files);
    const offers = identityOrder({
      files: keys,
      certificates: certificates.found,
      agent: held,
      identitiesOnly,
    });

    const identities: Identity[] = [];
    for (const offer of offers) {
      const identity =
        offer.by.kind === 'file'
          ? await fileIdentity(offer, offer.by.file, terminal)
          : agentIdentity(offer, agent);
      if (identity === null) continue;
      if ('trouble' in identity) troubles.push(identity);
      else identities.push(identity);
    }
    for (const { source, blob, signs } of keys)
      if (!signs && blob !== null && !identities.some(identity => identity.blob?.equals(blob)))
        troubles.push({ source, trouble: { kind: 'unusable', detail: agentNeeded(blob) } });

    const named = (source: string): boolean =>
      privateKey !== null || identityFiles.some(file => file.path === source && file.named);
    const counted = troubles.filter(({ source, trouble }) => trouble !== null || named(source));
    if (identities.length === 0 && terminal === null)
      return keyFailure(counted.find(({ source }) => named(source)) ?? counted[0], destination, inAgent);
    return {
      identities,
      notes: [
        ...new Set([...counted.map(noteOf), ...keys.flatMap(key => key.notes)]),
        ...certificates.notes,
        ...(agent && held.length === 0 ? [emptyAgent(agent)] : []),
      ],
      warnings:
        typeof inAgent === 'string' ? [`the SSH agent at ${identityAgent} was passed over: ${inAgent}`] : [],
    };
  };
}

const emptyAgent = (agent: Agent): string => `the agent at ${agent.path} has no keys, or is locked`;

async function certificatesOf(
  { certificateFiles }: Destination,
  keys: readonly LoadedKey[],
  files: KeyFiles,
): Promise<{ readonly found: readonly KnownCertificate[]; readonly notes: readonly string[] }> {
  const read = await Promise.all(
    certificateFiles.map(async source => ({ source, blob: await files.certificate(source) })),
  );
  const found = read.filter((item): item is KnownCertificate => item.blob !== null);
  const missing = read.filter(({ blob }) => blob === null);
  return {
    found: [...found, ...keys.flatMap(({ certificate }) => certificate ?? [])],
    notes: missing.map(({ source }) => `${source} is no certificate, or cannot be read`),
  };
}
