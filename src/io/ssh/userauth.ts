// Authentication requests (RFC 4252, RFC 4256), each with its reply as a promise. Requests with public keys are made here
// and not by ssh2, which knows neither certificates nor FIDO keys, and asks the server about every key before it signs.

import type { AnyAuthMethod, AuthHandlerMiddleware, Client, Prompt } from 'ssh2';
import type { ServerTaste } from '../../domain/signature-algorithm.ts';
import { wireString } from '../../domain/ssh-wire.ts';
import { type Protocol, protocolOf, sendPayload, softwareOf } from './ssh2-internals.ts';

/** The end of a request. Success has none: the client is ready then. */
export type Reply =
  /** The key would do: sign with it. */
  | { readonly kind: 'wanted' }
  | { readonly kind: 'refused'; readonly methods: readonly string[]; readonly partial: boolean };

/** Asks a person; calls back with the answers. */
export type PromptHandler = (
  about: { readonly name: string; readonly instructions: string; readonly prompts: readonly Prompt[] },
  answer: (answers: readonly string[]) => void,
) => void;

export interface UserAuth {
  readonly taste: () => ServerTaste;
  /** What is to be signed for {@link UserAuth.signed}. */
  readonly dataToSign: (algorithm: string, blob: Buffer) => Buffer;
  /** Asks whether the key would do, without a signature. */
  readonly probe: (algorithm: string, blob: Buffer) => Promise<Reply>;
  readonly signed: (algorithm: string, blob: Buffer, signature: Buffer) => Promise<Reply>;
  readonly keyboardInteractive: (prompt: PromptHandler) => Promise<Reply>;
  readonly password: (password: string) => Promise<Reply>;
  /** Ends the connection: there is nothing left to try. */
  readonly giveUp: () => void;
}

const USERAUTH_REQUEST = 50;

/**
 * ssh2's `authHandler`: begins with `start` once the server lets us ask. What `start` throws becomes the client's `error`.
 */
export function userAuthHandler(
  username: string,
  client: Client,
  start: (auth: UserAuth) => Promise<void>,
): AuthHandlerMiddleware {
  let settle: ((reply: Reply) => void) | undefined;
  let algorithms: readonly string[] | null = null;
  // Before that there is no protocol object; the server's list of algorithms comes right after it, once.
  client.once('handshake', () => {
    const { _handlers: handlers } = protocolOf(client);
    const { EXT_INFO } = handlers;
    handlers.USERAUTH_PK_OK = () => settle?.({ kind: 'wanted' });
    handlers.EXT_INFO = (self, extensions) => {
      algorithms ??= extensions.find(extension => extension.name === 'server-sig-algs')?.algs ?? null;
      EXT_INFO(self, extensions);
    };
  });

  client.once('change password', () =>
    client.emit('error', new Error(`the password has expired; change it with: ssh ${username}@SERVER`)),
  );

  return (left, partial, use) => {
    // `left` is null at first, which the types of ssh2 leave out.
    if (left !== null && settle !== undefined) {
      settle({ kind: 'refused', methods: left as readonly string[], partial: partial === true });
      return;
    }
    const protocol = protocolOf(client);
    const replyTo = (send: () => void): Promise<Reply> =>
      new Promise(resolve => {
        settle = resolve;
        send();
      });
    const raw = (payload: Buffer): Promise<Reply> =>
      replyTo(() => {
        protocol.authNone = () => sendRequest(protocol, payload);
        use({ type: 'none', username });
      });
    const head = (algorithm: string, blob: Buffer, isSigned: boolean): Buffer =>
      Buffer.concat([
        Buffer.of(USERAUTH_REQUEST),
        ...[username, 'ssh-connection', 'publickey'].map(wireString),
        Buffer.of(isSigned ? 1 : 0),
        ...[algorithm, blob].map(wireString),
      ]);
    const auth: UserAuth = {
      taste: () => ({ algorithms, software: softwareOf(client) }),
      dataToSign: (algorithm, blob) =>
        Buffer.concat([wireString(protocol._kex.sessionID), head(algorithm, blob, true)]),
      probe: (algorithm, blob) => raw(head(algorithm, blob, false)),
      signed: (algorithm, blob, signature) =>
        raw(Buffer.concat([head(algorithm, blob, true), wireString(signature)])),
      keyboardInteractive: prompt =>
        replyTo(() =>
          use({
            type: 'keyboard-interactive',
            username,
            prompt: (name, instructions, _language, prompts, finish) =>
              prompt({ name, instructions, prompts }, answers => finish([...answers])),
          }),
        ),
      password: password => replyTo(() => use({ type: 'password', username, password })),
      // False ends the attempts, which the types leave out, too.
      giveUp: () => use(false as unknown as AnyAuthMethod),
    };
    start(auth).catch((error: unknown) => client.emit('error', error as Error));
  };
}

function sendRequest(protocol: Protocol, payload: Buffer): void {
  protocol._authsQueue.push('publickey');
  sendPayload(protocol, payload);
}
