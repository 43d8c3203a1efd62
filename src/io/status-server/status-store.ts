// Statuses in memory and on the disk. A status is in memory, and answered for, only when it is on the disk; those that
// arrive during a write go with the next one, so that one sync serves them all.

import type { PostedStatus } from '../../domain/posted-status.ts';
import {
  BOOK_LIMITS,
  type BookLimits,
  bookKey,
  createStatusBook,
  type StatusBook,
  sizeOf,
} from '../../domain/status-book.ts';
import type { LogEntry } from '../../domain/status-log-line.ts';
import { changeTo, type KeptStatus, type StatusChange, type StatusName } from '../../domain/status-record.ts';
import { fileTrouble } from '../file-trouble.ts';
import type { OpenedLog } from './status-log.ts';

/** What became of a status, or of the wish to forget one. */
export type Outcome =
  | { readonly kind: 'stored' }
  /** A newer one is known. */
  | { readonly kind: 'older' }
  | { readonly kind: 'removed' }
  /** There is none to be forgotten. */
  | { readonly kind: 'unknown' }
  /** There are too many; `reason` says of what. */
  | { readonly kind: 'full'; readonly reason: string }
  /** The disk did not take it; `reason` says why. */
  | { readonly kind: 'unwritten'; readonly reason: string };

/** Everything that is known may be read at any time; it is changed by `post` and `remove` alone. */
export interface StatusStore extends Omit<StatusBook, 'enter' | 'entries' | 'recordsSize'> {
  /** Resolves when it is certain. */
  readonly post: (posted: PostedStatus) => Promise<Outcome>;
  /** Forgets the status of a server, but not its events; likewise. */
  readonly remove: (name: StatusName) => Promise<Outcome>;
  /** Resolves when nothing is under way any more. */
  readonly close: () => Promise<void>;
}

/** What a store is given. */
export interface StoreSettings {
  readonly opened: OpenedLog;
  /** False when the directory is not ours any more: then nothing is written. */
  readonly isOurs: () => Promise<boolean>;
  /** Called for each status that was stored. */
  readonly stored: (change: StatusChange) => void;
  /** Called when the disk begins to refuse writes, with the reason; and with null when it takes them again. */
  readonly diskTrouble: (reason: string | null) => void;
  readonly limits?: BookLimits;
}

/** Statuses in one write. */
const MAX_BATCH = 100;

/** A log is rewritten when it is this many times as large as what it says, and larger than a megabyte. */
const GROWTH = 3;
const SMALLEST_REWRITE = 1024 ** 2;

interface Waiting {
  readonly wish: { readonly posted: PostedStatus } | { readonly removed: StatusName };
  readonly resolve: (outcome: Outcome) => void;
}

/** A record that is forgotten. */
interface Removal {
  readonly removed: StatusName;
}

const STORED = { kind: 'stored' } as const;
const REMOVED = { kind: 'removed' } as const;
const OLDER = { kind: 'older' } as const;
const NOT_OURS = 'another process has taken the data directory';

/** Reads the entries of the log and takes statuses from then on. */
export function createStatusStore(settings: StoreSettings): StatusStore {
  const { opened, isOurs, stored, diskTrouble, limits = BOOK_LIMITS } = settings;
  const { log, entries } = opened;
  const book = createStatusBook(limits);
  for (const entry of entries) book.enter(entry);
  const rewriteAt = (size: number): number => Math.max(SMALLEST_REWRITE, size * GROWTH);
  // What the log holds of value is about what the records take.
  let nextRewrite = rewriteAt(book.recordsSize());
  let troubled = false;
  const waiting: Waiting[] = [];
  let working: Promise<void> | null = null;

  /** Decides about each of them, knowing those before it. */
  const decide = (batch: readonly Waiting[]): readonly (StatusChange | Removal | Outcome)[] => {
    const fresh = new Map<string, KeptStatus | null>();
    let [count, size] = [book.count(), book.recordsSize()];
    return batch.map(({ wish }) => {
      const { repo, server } = 'removed' in wish ? wish.removed : wish.posted;
      const key = bookKey({ repo, server });
      const latest = fresh.get(key);
      const before = latest === undefined ? book.find(repo, server) : latest;
      if ('removed' in wish) {
        if (before === null) return { kind: 'unknown' };
        [count, size] = [count - 1, size - sizeOf(before)];
        fresh.set(key, null);
        return wish;
      }
      const { posted } = wish;
      const change = changeTo(before, posted);
      if (change === null) return OLDER;
      const newCount = count + (before === null ? 1 : 0);
      const newSize = size + sizeOf(change.kept) - (before === null ? 0 : sizeOf(before));
      if (newCount > limits.records)
        return { kind: 'full', reason: `there are ${limits.records} servers already, and no more are taken` };
      if (newSize > limits.recordsSize)
        return {
          kind: 'full',
          reason: `all statuses together would be larger than ${limits.recordsSize} bytes`,
        };
      [count, size] = [newCount, newSize];
      fresh.set(key, change.kept);
      return change;
    });
  };

  const write = async (changes: readonly LogEntry[]): Promise<string | null> => {
    if (!(await isOurs())) return NOT_OURS;
    try {
      if (log.isDoubtful()) await log.rewrite([...book.entries(), ...changes]);
      else await log.append(changes);
      return null;
    } catch (error) {
      return fileTrouble(error);
    }
  };

  const tell = (reason: string | null): void => {
    if (troubled !== (reason !== null)) diskTrouble(reason);
    troubled = reason !== null;
  };

  const work = async (batch: readonly Waiting[]): Promise<void> => {
    const decided = decide(batch);
    const changes = decided.filter(isChange);
    const reason = changes.length === 0 ? null : await write(changes.map(entryOf));
    if (changes.length > 0) tell(reason);
    if (reason === null) for (const change of changes) book.enter(entryOf(change));
    batch.forEach(({ resolve }, i) => {
      const what = decided[i] ?? OLDER;
      // "Older" may be because of one before it in the same batch.
      if (reason !== null) resolve({ kind: 'unwritten', reason });
      else resolve('kept' in what ? STORED : 'removed' in what ? REMOVED : what);
    });
    if (reason === null) for (const change of changes) if ('kept' in change) stored(change);
    if (log.size() > nextRewrite) await compact();
  };

  /** Not being able to is no trouble yet: the old log goes on. */
  const compact = async (): Promise<void> => {
    if (!(await isOurs())) return;
    const done = await log.rewrite(book.entries()).then(
      () => true,
      () => false,
    );
    nextRewrite = done ? rewriteAt(log.size()) : log.size() * 2;
  };

  const run = async (): Promise<void> => {
    while (waiting.length > 0) await work(waiting.splice(0, MAX_BATCH));
    working = null;
  };

  const wait = (wish: Waiting['wish']): Promise<Outcome> =>
    new Promise(resolve => {
      waiting.push({ wish, resolve });
      working ??= run();
    });

  return {
    version: book.version,
    count: book.count,
    find: book.find,
    records: book.records,
    events: book.events,
    post: posted => wait({ posted }),
    remove: removed => wait({ removed }),
    close: async () => {
      await working;
      await log.close();
    },
  };
}

const isChange = (what: StatusChange | Removal | Outcome): what is StatusChange | Removal =>
  !('kind' in what);

const entryOf = (change: StatusChange | Removal): LogEntry =>
  'kept' in change
    ? { kept: change.kept, event: change.event }
    : { kept: null, event: null, removed: change.removed };
