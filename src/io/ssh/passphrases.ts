import { isKeyTrouble, type KeyTrouble, type SigningKey } from './signing-key.ts';

/** Where a person can be asked; null answers mean that there is none, or that they want no more. */
export interface Terminal {
  /** One line, asked after any other question is done. `echo` shows what is typed. */
  readonly ask: (question: string, options: { readonly echo: boolean }) => Promise<string | null>;
}

/** OpenSSH's number (NumberOfPasswordPrompts). */
const TRIES = 3;

export interface Passphrases {
  /** True if SSH_KEY_PASSPHRASE is set: then nobody is asked. */
  readonly fixed: boolean;
  /** Finds the passphrase with which `read` succeeds: the variable's, or one that is typed, in up to three tries. */
  readonly unlock: (
    source: string,
    read: (passphrase: string | null) => Promise<SigningKey | KeyTrouble>,
  ) => Promise<SigningKey | KeyTrouble>;
}

export function createPassphrases(fixed: string | null, terminal: Terminal | null): Passphrases {
  return {
    fixed: fixed !== null,
    unlock: async (source, read) => {
      if (fixed !== null || terminal === null) return read(fixed);
      let question = `Enter passphrase for key '${source}': `;
      for (let tries = 0; tries < TRIES; tries++) {
        const typed = await terminal.ask(question, { echo: false });
        // An empty line skips this key, as with ssh.
        if (typed === null || typed === '') return { kind: 'encrypted' };
        const key = await read(typed);
        if (!isKeyTrouble(key) || key.kind !== 'wrong-passphrase') return key;
        question = `Bad passphrase, try again for '${source}': `;
      }
      return { kind: 'wrong-passphrase' };
    },
  };
}
