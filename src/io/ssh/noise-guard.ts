import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { onChannelData } from './ssh2-internals.ts';

/** Bytes besides the answers that a server may send at once, when we are logged in: its other host keys, signs of life. */
const SPARE = 256 * 1024;
/** Bytes a second of that which are forgotten: a connection may live for weeks, with a sign of life every second. */
const FORGOTTEN = 1024;
/** Bytes on the wire for each byte of an answer; packets of 20 bytes take three, and frequent key exchanges a little. */
const PER_BYTE = 8;
/** Bytes that may wait to be sent. We ask for little, so only replies to requests without end come to so much. */
const UNSENT = 4 * 1024 * 1024;

/**
 * Ends a connection, with the reason in words, whose server keeps us busy with anything but answers: messages to be
 * ignored, requests, data of no channel, key exchanges. ssh2 takes them without end, and replies to them even if nobody
 * reads the replies, which then fill the memory.
 */
export function guardAgainstNoise(client: Client, stream: Duplex, end: (detail: string) => void): void {
  /** Bytes that neither answers nor time account for. */
  let noise = 0;
  let at = performance.now();
  onChannelData(client, bytes => {
    noise -= PER_BYTE * bytes;
  });
  stream.on('data', (chunk: Buffer) => {
    const now = performance.now();
    noise = Math.max(0, noise - (FORGOTTEN * (now - at)) / 1000 + chunk.length);
    at = now;
    if (noise > SPARE) end('it sends messages without end, and no answer');
    else if (stream.writableLength > UNSENT) end('it makes requests without end, and reads no reply');
  });
}
