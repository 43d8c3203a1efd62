// What is offered to a server in which order: OpenSSH's (sshconnect2.c, pubkey_prepare). First certificates, then the
// agent's keys that a file names, then its other keys unless IdentitiesOnly is set, then keys that only files have.

import type { AgentKey } from './agent-message.ts';
import { certifiedKey } from './host-key.ts';

/** A key file whose public half may be known. */
export interface KnownFile {
  readonly source: string;
  /** Null where only the passphrase tells. */
  readonly blob: Buffer | null;
  /** False for a .pub file or the handle of a FIDO key: only an agent can sign. */
  readonly signs: boolean;
}

export interface KnownCertificate {
  readonly source: string;
  readonly blob: Buffer;
}

/** Something to offer, and who signs: a file, or the agent under the name of `key`. */
export interface Offer<File extends KnownFile> {
  readonly source: string;
  readonly blob: Buffer | null;
  readonly by:
    | { readonly kind: 'file'; readonly file: File }
    | { readonly kind: 'agent'; readonly key: Buffer };
}

export interface Known<File extends KnownFile> {
  readonly files: readonly File[];
  readonly certificates: readonly KnownCertificate[];
  readonly agent: readonly AgentKey[];
  readonly identitiesOnly: boolean;
}

/** All that can be offered, each key once. */
export function identityOrder<File extends KnownFile>(known: Known<File>): readonly Offer<File>[] {
  const { files, certificates, agent } = known;
  const inAgent = (blob: Buffer): boolean => agent.some(key => key.blob.equals(blob));
  const named = (blob: Buffer): { readonly source: string } | undefined =>
    [...files, ...certificates].find(item => item.blob?.equals(blob));
  const byAgent = ({ blob, comment }: AgentKey): Offer<File> => ({
    source: named(blob)?.source ?? `${comment || 'a key'} (agent)`,
    blob,
    by: { kind: 'agent', key: blob },
  });
  const certificate = ({ source, blob }: KnownCertificate): readonly Offer<File>[] => {
    const key = certifiedKey(blob);
    if (key === null) return [];
    if (inAgent(blob)) return [{ source, blob, by: { kind: 'agent', key: blob } }];
    if (inAgent(key)) return [{ source, blob, by: { kind: 'agent', key } }];
    const file = files.find(f => f.signs && f.blob?.equals(key));
    return file ? [{ source, blob, by: { kind: 'file', file } }] : [];
  };
  const wanted = known.identitiesOnly ? agent.filter(key => named(key.blob)) : agent;
  const agentCertificates = wanted.filter(key => certifiedKey(key.blob) !== null);
  // In the order of the files that name them.
  const preferred = wanted.filter(key => named(key.blob));
  const rank = (key: AgentKey): number => files.findIndex(file => file.blob?.equals(key.blob));
  const offers = [
    ...certificates.flatMap(certificate),
    ...agentCertificates.map(byAgent),
    ...preferred.sort((a, b) => rank(a) - rank(b)).map(byAgent),
    ...wanted.map(byAgent),
    ...files
      .filter(file => file.signs)
      .map((file): Offer<File> => ({ source: file.source, blob: file.blob, by: { kind: 'file', file } })),
  ];
  // Where it comes first.
  return offers.filter(
    ({ blob }, i) => blob === null || offers.findIndex(other => other.blob?.equals(blob)) === i,
  );
}
