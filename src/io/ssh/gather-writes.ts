import type { Duplex } from 'node:stream';

/**
 * Sends what is written in one turn of the event loop together. ssh2 writes each packet of AES-GCM in three pieces; without
 * Nagle's algorithm each piece would be a packet of TCP, a system call here, and one more wake-up of the server.
 */
export function gatherWrites(stream: Duplex): void {
  const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
  stream.write = (...args: readonly unknown[]) => {
    if (stream.writableCorked === 0) {
      stream.cork();
      // After all that the server's last packets have led to.
      setImmediate(() => stream.uncork());
    }
    return write(...args);
  };
}
