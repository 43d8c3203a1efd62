// The only reader of what the probe script prints. It works on bytes, trusts nothing, and takes an answer only whole:
// BEGIN, one record for every asked path and glob, no record about anything else, END.
//
//   BEGIN 1                     the script runs
//   G i listed|absent|unreadable   glob i was expanded, or could not be
//   P i g NAME                  glob g found a file that was not asked for; it is item i, or 0 if it is only named
//   O NAME DIGEST PATH          package NAME ships the item PATH with this digest; `ucf` where ucf knows no package. Only for
//                               items without a Git copy, one at most for each, and only if packages are asked about
//   S START NOW                 the service has run since START, the script itself since NOW; only if asked, once
//   W i MTIME                   when the directory of glob i changed; only if a service was asked about
//   F i file|link HASH STAT     item i is a readable file; HASH is `-` without a hash tool; STAT is
//                               `SIZE MTIME MODE UID GID OWNER:GROUP`, or `SIZE` alone without a stat tool
//   F i KIND                    absent, dangling, unreadable, changing, `other TYPE`
//   D BYTES  E status           the contents of the item before, and how `cat` ended
//   END TOOL                    the answer is whole

import { sha256 } from '../git-copies.ts';
import { fromBytes, type RemotePath } from '../remote-path.ts';
import type { Listing, Metadata, RemoteFile, Running, Sha256, Shipped } from '../snapshot.ts';
import { matchesWatch, watchText } from '../watch.ts';
import type { Question } from './question.ts';

/** A whole answer to one question, or why there is none. */
export type Answer =
  | {
      readonly kind: 'whole';
      /** What hashed the files, as it was called; null where there was nothing and contents were sent instead. */
      readonly hashTool: string | null;
      readonly files: ReadonlyMap<RemotePath, RemoteFile>;
      readonly listings: ReadonlyMap<RemotePath, Listing>;
      readonly directories: ReadonlyMap<RemotePath, number>;
      readonly running: Running | null;
      readonly shipped: ReadonlyMap<RemotePath, Shipped>;
      /** Found by a glob and only named; the caller has to ask about them. */
      readonly named: readonly RemotePath[];
    }
  /** The script never started: no BEGIN. */
  | { readonly kind: 'none' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'garbled'; readonly detail: string };

class Garbled extends Error {}

/** Reads the standard output of the command that asked `question` with this nonce. */
export function parseAnswer(question: Question, nonce: string, stdout: Buffer): Answer {
  const separator = Buffer.from(`\n${nonce} `);
  const records = split(stdout, separator);
  // What stands before the first separator is noise, whatever it says.
  const begin = records.findIndex((record, i) => i > 0 && record.equals(BEGIN));
  if (begin === -1) return { kind: 'none' };
  const end = records.findIndex(
    (record, i) => i > begin && record.subarray(0, 4).toString('latin1') === 'END ',
  );
  if (end === -1) return { kind: 'truncated' };
  try {
    const tool = (records[end] as Buffer).subarray(4, 44).toString('latin1').trim();
    return { kind: 'whole', hashTool: tool || null, ...readRecords(question, records.slice(begin + 1, end)) };
  } catch (error) {
    if (error instanceof Garbled) return { kind: 'garbled', detail: error.message };
    throw error;
  }
}

/** True if the script ran, whatever became of it. */
export const hasBegun = (nonce: string, stdout: Buffer): boolean =>
  stdout.includes(`\n${nonce} ${BEGIN.toString()}`, 0, 'latin1');

const BEGIN = Buffer.from('BEGIN 1');

function split(bytes: Buffer, separator: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(separator); at !== -1; at = bytes.indexOf(separator, from)) {
    parts.push(bytes.subarray(from, at));
    from = at + separator.length;
  }
  return [...parts, bytes.subarray(from)];
}

type Whole = Extract<Answer, { kind: 'whole' }>;

function readRecords(question: Question, records: readonly Buffer[]): Omit<Whole, 'kind' | 'hashTool'> {
  const items = new Map<number, RemotePath>(question.files.map((file, i) => [i + 1, file.path]));
  const asked = new Set(items.values());
  const copied = new Set(question.files.filter(file => file.sha256 !== null).map(file => file.path));
  const files = new Map<RemotePath, RemoteFile>();
  const listings = new Map<RemotePath, Listing>();
  const shipped = new Map<RemotePath, Shipped>();
  const directories = new Map<RemotePath, number>();
  let running: Running | null = null;
  const named: RemotePath[] = [];

  for (let i = 0; i < records.length; i++) {
    const record = records[i] as Buffer;
    const text = record.toString('latin1');
    switch (text.slice(0, 2)) {
      case 'G ': {
        const [, index, listing] = fields(/^G (\d+) (listed|absent|unreadable)$/, text);
        const glob = question.globs[Number(index)] ?? fail(`no glob ${index}`);
        setOnce(listings, watchText(glob), listing as Listing);
        break;
      }
      case 'P ': {
        const [whole, item, index] = fields(/^P (\d+) (\d+) /, text);
        const path = fromBytes(record.subarray(whole.length));
        const glob = question.globs[Number(index)];
        if (!glob || !matchesWatch(glob, path)) fail('a file that no glob finds');
        if (asked.has(path)) fail('a file is named twice');
        asked.add(path);
        if (question.found === 'name') named.push(path);
        else if (Number(item) === items.size + 1) items.set(Number(item), path);
        else fail(`item ${item} out of turn`);
        break;
      }
      case 'S ': {
        const [, since, now] = fields(/^S (-?\d{1,12}) (-?\d{1,12})$/, text);
        if (question.service === null || running !== null) fail('a process that was not asked about');
        running = { since: Number(since), now: Number(now) };
        break;
      }
      case 'W ': {
        const [, index, changedAt] = fields(/^W (\d+) (-?\d{1,12})$/, text);
        const glob = question.globs[Number(index)] ?? fail(`no glob ${index}`);
        if (question.service === null) fail('a time that was not asked for');
        setOnce(directories, watchText(glob), Number(changedAt));
        break;
      }
      case 'O ': {
        const [whole, name, digest] = fields(/^O ([!-~]{1,128}) ([0-9a-f]{32,128}) /, text);
        const path = fromBytes(record.subarray(whole.length));
        const isExtra = asked.has(path) && !copied.has(path) && question.packages;
        if (!isExtra) fail('a package of a file that was not asked about');
        setOnce(shipped, path, { package: name as string, digest: digest as string });
        break;
      }
      case 'F ': {
        const [, item] = fields(/^F (\d+) /, text);
        const path = items.get(Number(item)) ?? fail(`no item ${item}`);
        const contents = readContents(records, i + 1);
        if (contents) i += 2;
        setOnce(files, path, readFile(text, contents));
        break;
      }
      default:
        fail('an unexpected record');
    }
  }
  if (files.size !== items.size) fail(`${files.size} of ${items.size} files`);
  if (listings.size !== question.globs.length) fail(`${listings.size} of ${question.globs.length} globs`);
  return { files, listings, directories, running, shipped, named };
}

/** The contents of the item before, if the next two records bring them; `null` bytes if reading failed on the server. */
function readContents(records: readonly Buffer[], at: number): { readonly bytes: Buffer | null } | null {
  const [data, status] = [records[at], records[at + 1]];
  if (data?.subarray(0, 2).toString('latin1') !== 'D ') return null;
  const [, code] = fields(/^E (\d+)$/, status?.toString('latin1') ?? '');
  return { bytes: code === '0' ? Buffer.from(data.subarray(2)) : null };
}

const FILE =
  /^F \d+ (file|link) ([0-9a-f]{64}|-) (\d{1,15})(?: (-?\d{1,12}) ([0-7]{1,5}) (\d{1,10}) (\d{1,10}) ([^:]*):(.*))?$/s;
const OTHER = /^F \d+ (?:(absent|dangling|unreadable|changing)|other ([A-Za-z ]{1,30}))$/;

function readFile(text: string, contents: { readonly bytes: Buffer | null } | null): RemoteFile {
  if (!FILE.test(text)) {
    const [, kind, type] = fields(OTHER, text);
    if (contents) fail('contents of something that is no file');
    return type === undefined ? ({ kind } as RemoteFile) : { kind: 'not-a-file', type };
  }
  const [, link, named, size, modifiedAt, mode, uid, gid, owner, group] = fields(FILE, text);
  const bytes = contents?.bytes ?? null;
  // What was hashed and what was sent are two readings; only if they agree is either one the file.
  if (contents && (bytes === null || (named !== '-' && sha256(bytes) !== named))) return { kind: 'changing' };
  if (named === '-' && bytes === null) return { kind: 'unreadable' };
  const metadata: Metadata | null =
    modifiedAt === undefined
      ? null
      : {
          mode: (mode ?? '').slice(-4).padStart(4, '0'),
          uid: Number(uid),
          gid: Number(gid),
          owner: owner ?? '',
          group: group ?? '',
          modifiedAt: Number(modifiedAt),
        };
  return {
    kind: 'file',
    sha256: bytes ? sha256(bytes) : (named as Sha256),
    size: bytes ? bytes.length : Number(size),
    metadata,
    link: link === 'link',
    bytes,
  };
}

function fields(pattern: RegExp, text: string): readonly [string, ...(string | undefined)[]] {
  const match = pattern.exec(text) ?? fail('a record in the wrong form');
  return [match[0], ...match.slice(1)];
}

function setOnce<V>(map: Map<RemotePath, V>, key: RemotePath, value: V): void {
  if (map.has(key)) fail('two records about one thing');
  map.set(key, value);
}

function fail(detail: string): never {
  throw new Garbled(detail);
}
