// Who we are to one server: the key of SSH_PRIVATE_KEY and nothing else, or the agent's keys and files, in OpenSSH's order.

import type { AgentKey } from '../../domain/agent-message.ts';
import type { Destination } from '../../domain/destination.ts';
import type { Failure } from '../../domain/failure.ts';
import { identityOrder, type KnownCertificate, type Offer } from '../../domain/identity-order.ts';
import { plainType } from '../../domain/signature-algorithm.ts';
import { type Agent, createAgents } from './agents.ts';
import type { Identity } from './identity.ts';
import {
  agentNeeded,
  createKeyFiles,
  type FileTrouble,
  isFileTrouble,
  type KeyFiles,
  type LoadedKey,
  VARIABLE,
} from './key-files.ts';
import { createPassphrases, type Terminal } from './passphrases.ts';
import { isKeyTrouble, type KeyTrouble } from './signing-key.ts';

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
        offer.by.kind === 'file' ? await ofFile(offer, offer.by.file, terminal) : ofAgent(offer, agent);
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
      return failureOf(counted.find(({ source }) => named(source)) ?? counted[0], destination, inAgent);
    return {
      identities,
      notes: [
        ...counted.map(noteOf),
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

/** Without a person to ask the passphrase is tried at once, before any deadline starts; null for a key of another offer. */
async function ofFile(
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

function ofAgent({ source, blob, by }: Offer<LoadedKey>, agent: Agent | null): Identity | null {
  if (agent === null || blob === null || by.kind !== 'agent' || plainType(blob) === 'ssh-dss') return null;
  const sign = async (data: Buffer, algorithm: string): Promise<Buffer | string> => {
    const signature = await agent.sign(by.key, data, algorithm);
    return typeof signature === 'string'
      ? `the SSH agent did not sign for ${source}: ${signature}`
      : signature;
  };
  return { source, blob, held: 'agent', open: async () => ({ blob, sign }) };
}

const noteOf = ({ source, trouble }: FileTrouble): string => `${source}: ${troubleText(trouble)}`;

const troubleText = (trouble: KeyTrouble | null): string => {
  if (trouble === null) return 'no such file';
  if (trouble.kind === 'unusable') return trouble.detail;
  return trouble.kind === 'encrypted' ? 'it is encrypted' : 'wrong passphrase';
};

function failureOf(
  worst: FileTrouble | undefined,
  { identityFiles }: Destination,
  inAgent: readonly AgentKey[] | string,
): Failure {
  if (worst === undefined) {
    const agent = typeof inAgent === 'string' ? `, and the SSH agent gives none: ${inAgent}` : '';
    const detail = `neither is set, and there is no ${identityFiles.map(file => file.path).join(', ')}${agent}`;
    return { code: 'ssh/key-unusable', source: `${VARIABLE} or ssh.identity_file`, detail };
  }
  const { source, trouble } = worst;
  if (trouble === null || trouble.kind === 'unusable')
    return { code: 'ssh/key-unusable', source, detail: troubleText(trouble) };
  return { code: 'ssh/passphrase-needed', source, wrong: trouble.kind === 'wrong-passphrase' };
}
