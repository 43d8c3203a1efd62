// OpenSSH servers name all their host keys after the authentication. ssh2 has the server prove that it owns them, for
// programs that learn new keys (UpdateHostKeys); nobody here does, and it costs the server a signature for each.

import type { Client } from 'ssh2';
import { wireString } from '../../domain/ssh-wire.ts';
import { protocolOf, sendPayload } from './ssh2-internals.ts';

const OFFER = 'hostkeys-00@openssh.com';
const IGNORE = 2;

/**
 * Answers the offer with a message that means nothing (SSH_MSG_IGNORE, RFC 4253 section 11.2): the server's Nagle
 * algorithm holds its next message back until the offer is acknowledged, for which our TCP would take its time, 40 ms.
 */
export function passOverHostKeyOffers(client: Client): void {
  client.once('handshake', () => {
    const protocol = protocolOf(client);
    const { _handlers: handlers } = protocol;
    const { GLOBAL_REQUEST } = handlers;
    handlers.GLOBAL_REQUEST = (self, name, wantReply, data) => {
      if (name !== OFFER || wantReply) GLOBAL_REQUEST(self, name, wantReply, data);
      else sendPayload(protocol, Buffer.concat([Buffer.of(IGNORE), wireString('')]));
    };
  });
}
