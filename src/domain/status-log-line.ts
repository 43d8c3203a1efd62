// A line of the status log: a checksum, a space, JSON, a newline. One write is one line, so that a write which a crash cut
// short is one bad line at the end, and nothing before it is in doubt.

import { sha256 } from './git-copies.ts';
import type { StatusEvent } from './status-event.ts';
import type { KeptStatus, StatusName } from './status-record.ts';

/** What is kept for ever: the record of a server, an event, or both when the one brought the other. */
export interface LogEntry {
  readonly kept: KeptStatus | null;
  readonly event: StatusEvent | null;
  /** Whose record is forgotten from here on. A log without any is as it was before there was this. */
  readonly removed?: StatusName;
}

/** The first line of every log; the number counts up when an older sshdrift could not read it any more. */
export const LOG_HEADER = '# sshdrift status log 1\n';

const CHECKSUM_LENGTH = 16;

const checksum = (json: Uint8Array): string => sha256(json).slice(0, CHECKSUM_LENGTH);

/** The line that holds these entries, newline included. */
export function logLine(entries: readonly LogEntry[]): Buffer {
  const json = Buffer.from(JSON.stringify(entries));
  return Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.from('\n')]);
}

/** The entries of a line without its newline; null if it is damaged. */
export function readLogLine(line: Buffer): readonly LogEntry[] | null {
  const json = line.subarray(CHECKSUM_LENGTH + 1);
  if (line.toString('latin1', 0, CHECKSUM_LENGTH + 1) !== `${checksum(json)} `) return null;
  return JSON.parse(json.toString());
}

/** What a log holds. */
export type ReadLog =
  | {
      readonly kind: 'read';
      readonly entries: readonly LogEntry[];
      /** Bytes up to the end of the last whole line; what follows was never acknowledged. */
      readonly wholeBytes: number;
    }
  /** Not written by this version of sshdrift. */
  | { readonly kind: 'foreign' }
  /** A line that has others behind it: no crash of ours does that. `line` counts from 1. */
  | { readonly kind: 'damaged'; readonly line: number };

/** Reads a whole log. */
export function readLog(bytes: Buffer): ReadLog {
  if (!bytes.subarray(0, LOG_HEADER.length).equals(Buffer.from(LOG_HEADER))) return { kind: 'foreign' };
  const entries: LogEntry[] = [];
  let at = LOG_HEADER.length;
  for (let line = 2; ; line += 1) {
    const end = bytes.indexOf('\n', at);
    if (end === -1) return { kind: 'read', entries, wholeBytes: at };
    const read = readLogLine(bytes.subarray(at, end));
    if (read === null)
      return end === bytes.length - 1 ? { kind: 'read', entries, wholeBytes: at } : { kind: 'damaged', line };
    for (const entry of read) entries.push(entry);
    at = end + 1;
  }
}
