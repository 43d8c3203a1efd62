// The snapshot that the probe would take, where no command may be run: the same kinds of file, told from what SFTP says.
//
// - Nothing but a regular file is ever opened: an SFTP server that opens a FIFO waits for ever.
// - Every file is read to be hashed, and nothing kept. What differs is read once more to be shown, in order, as far as
//   the budget goes; the two readings have to agree, as with the probe.

import pLimit from 'p-limit';
import { sha256, startSha256 } from '../domain/git-copies.ts';
import { type AskedFile, contentBudget, type Glob, type Question } from '../domain/probe/question.ts';
import { byPath, type RemotePath } from '../domain/remote-path.ts';
import type { Listing, Metadata, RemoteFile, Snapshot } from '../domain/snapshot.ts';
import { matchesWatch, watchText } from '../domain/watch.ts';
import { isRefused, type RemoteAttributes, type RemoteFiles } from './ports.ts';
import { modeOf, otherType } from './remote-mode.ts';
import { withOwnerNames } from './with-owner-names.ts';

/** Files looked at at the same time. */
const PARALLEL = 16;
/** Bytes; a larger file is not read. */
const READ_LIMIT = 64 * 1024 * 1024;

type Looked = ReadonlyMap<RemotePath, RemoteFile>;

/** Answers a question by SFTP. */
export async function takeSftpSnapshot(files: RemoteFiles, question: Question): Promise<Snapshot> {
  const limit = pLimit(PARALLEL);
  const lookAt = async (asked: readonly AskedFile[]): Promise<Looked> =>
    new Map(
      await Promise.all(asked.map(async ({ path }) => [path, await limit(() => look(files, path))] as const)),
    );

  const [looked, expanded] = await Promise.all([
    lookAt(question.files),
    Promise.all(question.globs.map(glob => limit(() => expand(files, glob)))),
  ]);
  const found = [...new Set(expanded.flatMap(({ paths }) => paths))]
    .filter(path => !looked.has(path))
    .map(path => ({ path, sha256: null }));
  const all = [...question.files, ...found];
  const first = await showAll(files, question, all, new Map([...looked, ...(await lookAt(found))]));
  const changed = all.filter(({ path }) => first.get(path)?.kind === 'changing');
  const again = await showAll(files, question, changed, await lookAt(changed));
  return {
    files: await withOwnerNames(files, new Map([...first, ...again])),
    listings: new Map(expanded.map(({ glob, listing }) => [watchText(glob), listing])),
    directories: new Map(),
    running: null,
    shipped: new Map(),
  };
}

/** What there is at a path, hashed and without its bytes. */
async function look(files: RemoteFiles, path: RemotePath): Promise<RemoteFile> {
  const [itself, before] = await Promise.all([files.lstat(path), files.stat(path)]);
  const link = !isRefused(itself) && otherType(itself.mode) === 'symbolic link';
  if (before === 'absent') {
    if (isRefused(itself)) return { kind: itself === 'absent' ? 'absent' : 'unreadable' };
    return { kind: link ? 'dangling' : 'changing' };
  }
  if (isRefused(before)) return { kind: 'unreadable' };
  const type = otherType(before.mode);
  if (type !== null) return { kind: 'not-a-file', type };
  if (before.size > READ_LIMIT) return { kind: 'too-large', size: before.size };

  const hash = startSha256();
  let size = 0;
  const take = (bytes: Buffer): void => {
    hash.update(bytes);
    size += bytes.length;
  };
  // Files that the kernel makes up (/proc) are of no size and yet have contents.
  const limit = before.size === 0 ? READ_LIMIT : before.size;
  const after = await files.read(path, { size: before.size, limit, take });
  if (after === 'absent') return { kind: 'changing' };
  if (isRefused(after)) return { kind: 'unreadable' };
  if (!sameFile(before, after) || (size !== after.size && after.size !== 0)) return { kind: 'changing' };
  if (size > READ_LIMIT) return { kind: 'too-large', size };
  return {
    kind: 'file',
    sha256: hash.digest(),
    size,
    metadata: metadataOf(after),
    link,
    bytes: null,
  };
}

const metadataOf = ({ owner, modifiedAt, mode }: RemoteAttributes): Metadata | null =>
  owner === null || modifiedAt === null
    ? null
    : { mode: modeOf(mode), ...owner, owner: null, group: null, modifiedAt };

const sameFile = (before: RemoteAttributes, after: RemoteAttributes): boolean =>
  before.size === after.size && before.modifiedAt === after.modifiedAt && before.mode === after.mode;

/** Adds the bytes of the files that differ, as the probe does: in order, none too large, all together in the budget. */
async function showAll(
  files: RemoteFiles,
  question: Question,
  asked: readonly AskedFile[],
  looked: Looked,
): Promise<Looked> {
  const limit = pLimit(PARALLEL);
  let budget = contentBudget(question.maxFileSize);
  const shown = asked.map(async (ask): Promise<readonly [RemotePath, RemoteFile]> => {
    const file = looked.get(ask.path) as RemoteFile;
    if (file.kind !== 'file' || file.sha256 === ask.sha256) return [ask.path, file];
    if (file.size > question.maxFileSize || file.size > budget) return [ask.path, file];
    budget -= file.size;
    return [ask.path, await limit(() => show(files, ask.path, file))];
  });
  return new Map(await Promise.all(shown));
}

async function show(
  files: RemoteFiles,
  path: RemotePath,
  file: Extract<RemoteFile, { kind: 'file' }>,
): Promise<RemoteFile> {
  const parts: Buffer[] = [];
  const { size } = file;
  const read = await files.read(path, { size, limit: size, take: bytes => void parts.push(bytes) });
  const bytes = Buffer.concat(parts);
  return isRefused(read) || sha256(bytes) !== file.sha256 ? { kind: 'changing' } : { ...file, bytes };
}

interface Expanded {
  readonly glob: Glob;
  readonly listing: Listing;
  readonly paths: readonly RemotePath[];
}

/** The files that a glob finds, in C order. */
async function expand(files: RemoteFiles, glob: Glob): Promise<Expanded> {
  const inside = glob.directory === '/' ? '/' : `${glob.directory}/`;
  // Whoever may list a directory and not enter it is shown an empty one, because sshd leaves out what it cannot stat.
  const [names, entered] = await Promise.all([
    files.list(glob.directory),
    files.stat(`${inside}.` as RemotePath),
  ]);
  if (isRefused(names)) return { glob, listing: names === 'absent' ? 'absent' : 'unreadable', paths: [] };
  if (isRefused(entered)) return { glob, listing: 'unreadable', paths: [] };
  const paths = names.map(name => `${inside}${name}` as RemotePath).filter(path => matchesWatch(glob, path));
  return { glob, listing: 'listed', paths: paths.sort(byPath) };
}
