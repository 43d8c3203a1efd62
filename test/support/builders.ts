// Reports for tests, built from as little as a test wants to say. Times are fixed.

import type { Failure } from '../../src/domain/failure.ts';
import type { FileVerdict } from '../../src/domain/file-verdict.ts';
import { type GitCopy, sha256 } from '../../src/domain/git-copies.ts';
import { fromBytes, nameBelow, remotePath, showPath } from '../../src/domain/remote-path.ts';
import type { GitState, Report, ServerReport } from '../../src/domain/report.ts';
import type { Metadata } from '../../src/domain/snapshot.ts';

export const BEGIN = new Date('2026-04-21T10:30:00.250Z');
export const END = new Date('2026-04-21T10:30:01.750Z');

export const GIT: GitState = {
  commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
  branch: 'master',
  dirty: false,
  ref: null,
};

export const METADATA: Metadata = {
  mode: '0644',
  uid: 0,
  gid: 0,
  owner: 'root',
  group: 'root',
  modifiedAt: 1_776_000_000,
};

type Bytes = string | Buffer;

const bytesOf = (content: Bytes): Buffer =>
  typeof content === 'string' ? Buffer.from(content, 'utf8') : content;

/** Text is taken as UTF-8. */
export const pathOf = (path: Bytes) => (typeof path === 'string' ? remotePath(path) : fromBytes(path));

const ROOT = remotePath('/etc');

/** The Git copy of a path below /etc. */
export function gitCopy(path: Bytes, content: Bytes): GitCopy {
  const bytes = bytesOf(content);
  const source = `files/${showPath(nameBelow(ROOT, pathOf(path)))}`;
  return { source, bytes, sha256: sha256(bytes) };
}

type ServerFile = NonNullable<FileVerdict['server']>;

/** A file that was read on a server. */
export function serverFile(content: Bytes, changes: Partial<ServerFile> = {}): ServerFile {
  const bytes = bytesOf(content);
  return {
    kind: 'file',
    sha256: sha256(bytes),
    size: bytes.length,
    metadata: METADATA,
    link: false,
    bytes,
    ...changes,
  };
}

function verdict(path: Bytes, changes: Partial<FileVerdict>): FileVerdict {
  const remote = pathOf(path);
  return {
    path: remote,
    name: nameBelow(ROOT, remote),
    verdict: 'in-sync',
    counted: false,
    cause: null,
    git: null,
    server: null,
    notes: [],
    package: null,
    origin: null,
    ...changes,
  };
}

type Changes = Partial<FileVerdict>;

export const inSync = (path: Bytes, content: Bytes = 'same\n', changes: Changes = {}): FileVerdict =>
  verdict(path, {
    git: gitCopy(path, content),
    server: serverFile(content, { bytes: null }),
    ...changes,
  });

/** `contents` are Git's and the server's. */
export const modified = (
  path: Bytes,
  contents: readonly [git: Bytes, server: Bytes],
  changes: Changes = {},
): FileVerdict =>
  verdict(path, {
    verdict: 'modified',
    counted: true,
    git: gitCopy(path, contents[0]),
    server: serverFile(contents[1]),
    ...changes,
  });

export const missing = (path: Bytes, content: Bytes, changes: Changes = {}): FileVerdict =>
  verdict(path, { verdict: 'missing', counted: true, git: gitCopy(path, content), ...changes });

export const unmanaged = (path: Bytes, content: Bytes, changes: Changes = {}): FileVerdict =>
  verdict(path, { verdict: 'unmanaged', counted: true, server: serverFile(content), ...changes });

/** Extra on the server, and nothing that could be read. */
export const unmanagedOther = (path: Bytes, changes: Changes): FileVerdict =>
  verdict(path, { verdict: 'unmanaged', counted: true, ...changes });

export const metadata = (path: Bytes, changes: Changes): FileVerdict =>
  inSync(path, 'same\n', { verdict: 'metadata', counted: true, ...changes });

export const notCompared = (
  path: Bytes,
  cause: NonNullable<FileVerdict['cause']>,
  changes: Changes = {},
): FileVerdict => verdict(path, { verdict: 'not-compared', cause, git: gitCopy(path, 'x\n'), ...changes });

/** A server that was compared; status and numbers follow from its files. */
export function server(
  name: string,
  files: readonly FileVerdict[],
  changes: Partial<ServerReport> = {},
): ServerReport {
  const expected = files.filter(file => file.git !== null);
  const open = files.filter(file => file.verdict === 'not-compared');
  return {
    server: name,
    host: `${name}.example.net`,
    port: 22,
    user: 'deploy',
    status: files.some(file => file.counted) ? 'OUT_OF_SYNC' : open.length > 0 ? 'UNKNOWN' : 'SYNCED',
    checkedAt: BEGIN,
    durationMs: 41,
    failure: null,
    answeredBy: null,
    expected: expected.length,
    compared: expected.length - open.length,
    files,
    ignored: [],
    reload: null,
    warnings: [],
    ...changes,
  };
}

/** A server that could not be compared. */
export const failed = (name: string, failure: Failure, changes: Partial<ServerReport> = {}): ServerReport =>
  server(name, [], { status: 'UNKNOWN', failure, ...changes });

export const report = (servers: readonly ServerReport[], changes: Partial<Report> = {}): Report => ({
  repo: 'rsyslog',
  git: GIT,
  startedAt: BEGIN,
  finishedAt: END,
  servers,
  warnings: [],
  ...changes,
});
