import { Garbled } from './replies.ts';

/** Longest packet in bytes: OpenSSH's own bound (SFTP_MAX_MSG_LENGTH). */
const PACKET_LIMIT = 256 * 1024;

/**
 * Puts packets together from what comes in; `receive` gets each one without its length. Throws {@link Garbled} for a
 * length that no packet has, so that never more than one packet is kept.
 */
export function createPacketReader(receive: (packet: Buffer) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let kept = 0;
  let wanted = 4;
  return chunk => {
    parts.push(chunk);
    kept += chunk.length;
    while (kept >= wanted) {
      const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      const end = 4 + lengthOf(bytes);
      wanted = end;
      parts = [bytes];
      if (kept < end) continue;
      receive(bytes.subarray(4, end));
      parts = [bytes.subarray(end)];
      kept -= end;
      wanted = 4;
    }
  };
}

function lengthOf(bytes: Buffer): number {
  const length = bytes.readUInt32BE();
  if (length >= 1 && length <= PACKET_LIMIT) return length;
  const start = bytes
    .subarray(0, 40)
    .toString('latin1')
    .replace(/[^ -~].*$/s, '');
  throw new Garbled(`a packet of ${length} bytes${start.length < 4 ? '' : `, which is text: "${start}"`}`);
}
