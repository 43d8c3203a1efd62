// All that a status server knows, in memory, and how much of it there may be: whoever can post must not be able to fill
// the memory.

import { MAX_EVENTS, type StatusEvent } from './status-event.ts';
import type { LogEntry } from './status-log-line.ts';
import type { KeptStatus, StatusName, StatusRecord } from './status-record.ts';

/** The bounds of a book. */
export interface BookLimits {
  readonly records: number;
  /** Of all records together, as JSON in UTF-16 code units. */
  readonly recordsSize: number;
  /** Of all events together, likewise; older ones are forgotten. */
  readonly eventsSize: number;
}

export const BOOK_LIMITS: BookLimits = {
  records: 100_000,
  recordsSize: 64 * 1024 ** 2,
  eventsSize: 4 * 1024 ** 2,
};

/** Changed only by {@link StatusBook.enter}. */
export interface StatusBook {
  /** Counts up with every entry. */
  readonly version: () => number;
  /** Of records. */
  readonly count: () => number;
  readonly find: (repo: string, server: string) => KeptStatus | null;
  readonly records: () => readonly StatusRecord[];
  /** Newest first. */
  readonly events: () => readonly StatusEvent[];
  /** Size of all records: their JSON in UTF-16 code units, and about what its files take in memory besides. */
  readonly recordsSize: () => number;
  readonly enter: (entry: LogEntry) => void;
  /** Everything, as entries of a new log. */
  readonly entries: () => readonly LogEntry[];
}

/** Servers have any name, and so have repositories: no character can stand between them. */
export const bookKey = ({ repo, server }: StatusName): string => JSON.stringify([repo, server]);

interface Sized<T> {
  readonly value: T;
  readonly size: number;
}

/** Bytes of memory that a drifted file costs besides its name: 66 of V8 at rest (measured), and more while it is read or written. */
const PER_FILE = 160;

/** How much of the limits a record takes: very many very short names cost far more memory than JSON. */
export const sizeOf = (value: KeptStatus | StatusEvent): number =>
  JSON.stringify(value).length + PER_FILE * fileCount(value);

const fileCount = (value: KeptStatus | StatusEvent): number =>
  'record' in value ? value.record.files.length : value.files.length;

const sized = <T extends KeptStatus | StatusEvent>(value: T): Sized<T> => ({ value, size: sizeOf(value) });

/** An empty book. */
export function createStatusBook({ eventsSize: maxEventsSize }: BookLimits = BOOK_LIMITS): StatusBook {
  const kept = new Map<string, Sized<KeptStatus>>();
  const events: Sized<StatusEvent>[] = [];
  let [version, recordsSize, eventsSize] = [0, 0, 0];

  const enterRecord = (record: KeptStatus): void => {
    const key = bookKey(record.record);
    const entry = sized(record);
    recordsSize += entry.size - (kept.get(key)?.size ?? 0);
    kept.set(key, entry);
  };
  const remove = (name: StatusName): void => {
    recordsSize -= kept.get(bookKey(name))?.size ?? 0;
    kept.delete(bookKey(name));
  };
  const enterEvent = (event: StatusEvent): void => {
    const entry = sized(event);
    events.push(entry);
    eventsSize += entry.size;
    while (events.length > MAX_EVENTS || eventsSize > maxEventsSize) eventsSize -= events.shift()?.size ?? 0;
  };
  return {
    version: () => version,
    count: () => kept.size,
    find: (repo, server) => kept.get(bookKey({ repo, server }))?.value ?? null,
    records: () => [...kept.values()].map(({ value }) => value.record),
    events: () => events.map(({ value }) => value).reverse(),
    recordsSize: () => recordsSize,
    enter: entry => {
      version += 1;
      if (entry.kept !== null) enterRecord(entry.kept);
      if (entry.event !== null) enterEvent(entry.event);
      if (entry.removed !== undefined) remove(entry.removed);
    },
    entries: () => [
      ...events.map(({ value }) => ({ kept: null, event: value })),
      ...[...kept.values()].map(({ value }) => ({ kept: value, event: null })),
    ],
  };
}
