// A key or certificate that may be offered to servers, whoever holds its private half.

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
