// A FIDO token in software, behind the agent protocol: ed25519 as OpenSSH's PROTOCOL.u2f describes it.

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { Socket } from 'node:net';
import { readStrings, wireString } from '../../src/domain/ssh-wire.ts';

export interface Token {
  readonly blob: Buffer;
  /** How often it was asked to sign. */
  readonly touches: () => number;
  /** For `startFakeAgent`. */
  readonly serve: (socket: Socket) => void;
}

const APPLICATION = 'ssh:';
const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

export function createToken(): Token {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const blob = Buffer.concat(['sk-ssh-ed25519@openssh.com', point, APPLICATION].map(wireString));
  let touches = 0;
  const answer = (request: Buffer): Buffer => {
    if (request[0] === 11)
      return Buffer.concat([Buffer.of(12, 0, 0, 0, 1), wireString(blob), wireString('token')]);
    touches += 1;
    const data = readStrings(request, 2, 1)?.strings[1] ?? Buffer.alloc(0);
    const present = Buffer.of(1, 0, 0, 0, touches);
    const signed = sign(null, Buffer.concat([sha256(APPLICATION), present, sha256(data)]), privateKey);
    const signature = Buffer.concat([wireString('sk-ssh-ed25519@openssh.com'), wireString(signed), present]);
    return Buffer.concat([Buffer.of(14), wireString(signature)]);
  };
  return {
    blob,
    touches: () => touches,
    serve: socket => {
      // Every request comes in one piece through a local socket.
      socket.on('data', chunk => socket.end(wireString(answer(chunk.subarray(4)))));
    },
  };
}
