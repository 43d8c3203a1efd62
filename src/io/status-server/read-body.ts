import type { IncomingMessage } from 'node:http';

/** Largest body of a status. */
export const MAX_BODY = 256 * 1024;

/** Null for a body over the limit, whose rest is not read. Rejects if the client goes away before its end. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BODY) return null;
  }
  return Buffer.concat(chunks);
}
