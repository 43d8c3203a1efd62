// Reads one file with several requests on the way at once. A read may bring less than was asked for anywhere, so each
// stretch is filled until it is whole; a stretch that ends early is the end of the file.

import type { ReadOrder, Refused } from '../../../engine/ports.ts';
import { refusalOf } from './refusal.ts';
import { STATUS } from './replies.ts';
import { readBody } from './requests.ts';
import type { SftpSession } from './session.ts';

/** Bytes of one read: what every server has to grant (draft section 3). */
const STRETCH = 32 * 1024;
/** Reads on the way for one file: 512 KiB in one round trip. */
const AHEAD = 16;

/** Reads to the end of the file or beyond the limit; null if that went well. */
export async function readFile(
  session: SftpSession,
  handle: Buffer,
  order: ReadOrder,
): Promise<Refused | null> {
  const { size, limit, take } = order;
  const underway: { readonly length: number; readonly bytes: Promise<Buffer | Refused> }[] = [];
  let next = 0;
  let read = 0;
  for (;;) {
    // One stretch begins where the file should end, to see that it does.
    while (underway.length === 0 || (underway.length < AHEAD && next <= size)) {
      const length = next < size ? Math.min(STRETCH, size - next) : STRETCH;
      underway.push({ length, bytes: readStretch(session, handle, { offset: next, length }) });
      next += length;
    }
    const { length, bytes: coming } = underway.shift() as (typeof underway)[number];
    const bytes = await coming;
    if (typeof bytes === 'string') return bytes;
    take(bytes);
    read += bytes.length;
    if (bytes.length < length || read > limit) return null;
  }
}

/** Fewer bytes than asked for mean the end of the file. */
async function readStretch(
  session: SftpSession,
  handle: Buffer,
  { offset, length }: { readonly offset: number; readonly length: number },
): Promise<Buffer | Refused> {
  const parts: Buffer[] = [];
  let read = 0;
  while (read < length) {
    const reply = await session.request('read', readBody(handle, offset + read, length - read), 'data');
    if (reply.kind === 'status') {
      if (reply.code !== STATUS.eof) return refusalOf(reply.code);
      break;
    }
    const count = reply.bytes.length;
    if (count < 1 || count > length - read)
      session.garbled(`${count} bytes where ${length - read} were asked for`);
    parts.push(reply.bytes);
    read += count;
  }
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}
