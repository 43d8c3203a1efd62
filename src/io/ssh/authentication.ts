// The authentication of one connection: keys first, in the given order; then, if someone is there to ask,
// keyboard-interactive and password. Never `none`, which costs a round trip.
//
// A key that signs here and now is signed with at once: asking the server first would cost a round trip and, if it
// declines, as much of its patience (MaxAuthTries). The server is asked first where a person may have to act: for a
// passphrase that is not known yet, for FIDO keys, and for an agent's keys, any of which may want to be confirmed,
// unless there is but one key to offer, which costs the person no more than it must.

import type { AuthHandlerMiddleware, Client } from 'ssh2';
import { plainType, signatureAlgorithm } from '../../domain/signature-algorithm.ts';
import type { Offered } from './identities.ts';
import type { Identity, Opened } from './identity.ts';
import { askAll, askPassword } from './interactive.ts';
import type { Terminal } from './passphrases.ts';
import { type Reply, type UserAuth, userAuthHandler } from './userauth.ts';

/** Keys that a server may refuse before we stop: sshd ends the connection after MaxAuthTries, 6 by default. */
const MAX_REFUSED = 5;
/** Steps that AuthenticationMethods may ask for; no server needs more. */
const MAX_STEPS = 5;
/** OpenSSH's number (NumberOfPasswordPrompts). */
const MAX_TYPED = 3;

/** How far it came, for messages. */
export interface AuthenticationStory {
  /** Names of the keys that were offered so far. */
  readonly offered: readonly string[];
  /** Keys left when the limit was reached. */
  readonly untried: number;
  /** The methods that the server named when it refused one. */
  readonly methods: readonly string[];
  /** What went wrong on our side. */
  readonly notes: readonly string[];
}

export interface Authentication {
  readonly handler: (client: Client) => AuthHandlerMiddleware;
  readonly story: () => AuthenticationStory;
  /** An agent that would not sign: said even if another key was let in. */
  readonly warnings: () => readonly string[];
}

/** Who we are, to whom, and who may be asked. */
export interface AuthenticationMeans {
  readonly user: string;
  readonly host: string;
  readonly offered: Offered;
  readonly terminal: Terminal | null;
  /** Stops the deadline until the returned function is called: a person takes the time. */
  readonly hold: () => () => void;
}

export function createAuthentication(means: AuthenticationMeans): Authentication {
  const { user, host, terminal } = means;
  const { identities } = means.offered;
  const offered: string[] = [];
  const notes: string[] = [...means.offered.notes];
  let methods: readonly string[] = [];
  let untried = 0;

  const attended = async <T>(work: () => Promise<T>): Promise<T> => {
    const release = means.hold();
    try {
      return await work();
    } finally {
      release();
    }
  };

  /** Offers one key; null if it came to nothing on our side. */
  async function offer(auth: UserAuth, identity: Identity): Promise<Reply | null> {
    const { source, held } = identity;
    const note = (text: string): null => {
      notes.push(text);
      return null;
    };
    const open = (): Promise<Opened | string> =>
      held === 'locked' ? attended(identity.open) : identity.open();
    const early = identity.blob === null ? await open() : null;
    if (typeof early === 'string') return note(early);
    const blob = identity.blob ?? early?.blob ?? Buffer.alloc(0);
    const algorithm = signatureAlgorithm(blob, auth.taste());
    if (algorithm === null) return note(`${source}: the server takes no RSA signature with SHA-2`);
    offered.push(source);
    if (early === null && asksFirst(identity)) {
      const reply = await auth.probe(algorithm.request, blob);
      if (reply.kind === 'refused') return reply;
    }
    const opened = early ?? (await open());
    if (typeof opened === 'string') return note(opened);
    const data = auth.dataToSign(algorithm.request, blob);
    const sign = (): Promise<Buffer | string> => opened.sign(data, algorithm.signature);
    const signature = await (held === 'agent' && terminal !== null ? attended(sign) : sign());
    if (typeof signature === 'string') return note(signature);
    return auth.signed(algorithm.request, blob, signature);
  }

  const asksFirst = ({ held, blob }: Identity): boolean =>
    held === 'locked' ||
    (held === 'agent' && (identities.length > 1 || (blob !== null && plainType(blob).startsWith('sk-'))));

  async function converse(auth: UserAuth): Promise<void> {
    const used = new Set<Identity>();
    for (let step = 0; step < MAX_STEPS; step++) {
      if (!(await oneStep(auth, used))) break;
    }
    auth.giveUp();
  }

  /** Tries what is left until the server is content with one; true if it then wants another step. */
  async function oneStep(auth: UserAuth, used: Set<Identity>): Promise<boolean> {
    let known = methods.length > 0;
    const takes = (method: string): boolean => !known || methods.includes(method);
    const isPartial = (reply: Reply | null): boolean => {
      if (reply?.kind !== 'refused') return false;
      known = true;
      methods = reply.methods;
      return reply.partial;
    };
    const queue = identities.filter(identity => !used.has(identity));
    for (let refused = 0; queue.length > 0 && takes('publickey'); ) {
      if (refused === MAX_REFUSED) {
        untried = queue.length;
        break;
      }
      const identity = queue.shift();
      if (identity === undefined) break;
      const reply = await offer(auth, identity);
      if (isPartial(reply)) {
        used.add(identity);
        notes.push(`${identity.source} was accepted, but the server wants more: ${methods.join(', ')}`);
        return true;
      }
      if (reply !== null) refused++;
    }
    if (terminal === null) return false;
    for (let tries = 0; tries < MAX_TYPED && takes('keyboard-interactive'); tries++) {
      const declined = { yes: false };
      const reply = await auth.keyboardInteractive((about, answer) => {
        void attended(async () => {
          const answers = await askAll(terminal, `${user}@${host}`, about);
          declined.yes = answers === null;
          answer(answers ?? about.prompts.map(() => ''));
        });
      });
      if (isPartial(reply)) return true;
      if (declined.yes) return false;
    }
    for (let tries = 0; tries < MAX_TYPED && takes('password'); tries++) {
      const password = await attended(() => askPassword(terminal, `${user}@${host}`, tries > 0));
      if (password === null) return false;
      if (isPartial(await auth.password(password))) return true;
    }
    return false;
  }

  return {
    handler: client => userAuthHandler(user, client, converse),
    story: () => ({ offered, untried, methods, notes }),
    warnings: () => [...means.offered.warnings, ...notes.filter(note => note.startsWith('the SSH agent '))],
  };
}
