// The comparison: what Git says, what the server said, one verdict for every path. Hash equality decides, never a diff.
//
// - Unreadable, not a file and changing are `not-compared` where a copy is expected; found by a glob they are
//   `unmanaged` all the same, since an extra file is drift whatever is in it; under `unmanaged: drift` not if it is known
//   to be just what a package ships.
// - A dangling link is `missing` where a copy is expected: rsyslog would not load anything from it.
// - A glob that could not be listed is `not-compared` itself: files that nobody may see are not absent.

import type { FileVerdict, NotComparedCause, Note, Verdict } from './file-verdict.ts';
import type { GitCopies, GitCopy } from './git-copies.ts';
import type { Expect, Scope } from './inventory.ts';
import { byPath, nameBelow, type RemotePath } from './remote-path.ts';
import { withRenames } from './rename.ts';
import { shippedBy } from './shipped-by.ts';
import type { RemoteFile, Snapshot } from './snapshot.ts';

const UNANSWERED: RemoteFile = { kind: 'unreadable' };

type Finding = Pick<FileVerdict, 'verdict' | 'cause' | 'notes'> & Partial<Pick<FileVerdict, 'package'>>;

/** Compares one server; verdicts sorted by name. Ignore rules are not applied here. */
export function compare(scope: Scope, copies: GitCopies, snapshot: Snapshot): readonly FileVerdict[] {
  const verdicts: FileVerdict[] = [];
  // The copies too, although every reader of answers brings an entry for each: a copy must never drop out of the count.
  for (const path of new Set([...copies.keys(), ...snapshot.files.keys()])) {
    const copy = copies.get(path) ?? null;
    const remote = snapshot.files.get(path) ?? UNANSWERED;
    const finding = copy ? judgeExpected(copy, remote, scope.expect) : judgeExtra(path, remote);
    if (finding) verdicts.push(verdictOf(scope, path, copy, remote, finding));
  }
  for (const [glob, listing] of snapshot.listings) {
    if (listing === 'unreadable')
      verdicts.push(verdictOf(scope, glob, null, null, notCompared('unreadable')));
  }
  return withRenames(verdicts.sort((a, b) => byPath(a.name, b.name)));

  function judgeExtra(path: RemotePath, remote: RemoteFile): Finding | null {
    const finding = judgeFound(remote);
    return finding && { ...finding, package: shippedBy(remote, snapshot.shipped.get(path) ?? null) };
  }
}

function verdictOf(
  scope: Scope,
  path: RemotePath,
  git: GitCopy | null,
  remote: RemoteFile | null,
  finding: Finding,
): FileVerdict {
  return {
    path,
    name: nameBelow(scope.root, path),
    verdict: finding.verdict,
    counted: COUNTED[finding.verdict](scope, finding),
    cause: finding.cause,
    git,
    server: remote?.kind === 'file' ? remote : null,
    notes: finding.notes,
    package: finding.package ?? null,
    origin: null,
  };
}

const COUNTED: Readonly<Record<Verdict, (scope: Scope, finding: Finding) => boolean>> = {
  'in-sync': () => false,
  modified: () => true,
  missing: () => true,
  metadata: () => true,
  unmanaged: (scope, finding) =>
    scope.unmanaged === 'strict' || (scope.unmanaged === 'drift' && !finding.package?.unmodified),
  'not-compared': () => false,
};

type Judge<R> = { readonly [K in RemoteFile['kind']]: (remote: Extract<RemoteFile, { kind: K }>) => R };

const judge = <R>(remote: RemoteFile, judges: Judge<R>): R =>
  (judges[remote.kind] as (remote: RemoteFile) => R)(remote);

const notCompared = (cause: NotComparedCause, notes: readonly Note[] = []): Finding => ({
  verdict: 'not-compared',
  cause,
  notes,
});

const found = (verdict: Verdict, notes: readonly Note[]): Finding => ({ verdict, cause: null, notes });

const judgeExpected = (copy: GitCopy, remote: RemoteFile, expect: Expect | null): Finding =>
  judge<Finding>(remote, {
    file: file => {
      const mismatches = metadataNotes(file.metadata, expect);
      if (file.sha256 !== copy.sha256)
        return found('modified', [...fileNotes(file), ...sizeNotes(file), ...(mismatches ?? [])]);
      if (mismatches === null) return notCompared('no-metadata', fileNotes(file));
      return found(mismatches.length > 0 ? 'metadata' : 'in-sync', [...fileNotes(file), ...mismatches]);
    },
    absent: () => found('missing', []),
    dangling: () => found('missing', [{ code: 'dangling-link' }]),
    unreadable: () => notCompared('unreadable'),
    'not-a-file': other => notCompared('not-a-file', [{ code: 'not-a-file', type: other.type }]),
    'too-large': () => notCompared('too-large'),
    changing: () => notCompared('changed-while-read'),
  });

/** Null for what is not there: a watched path without a copy may be absent. */
const judgeFound = (remote: RemoteFile): Finding | null =>
  judge<Finding | null>(remote, {
    file: file => found('unmanaged', [...fileNotes(file), ...sizeNotes(file)]),
    absent: () => null,
    dangling: () => found('unmanaged', [{ code: 'dangling-link' }]),
    unreadable: () => found('unmanaged', [{ code: 'unreadable' }]),
    'not-a-file': other => found('unmanaged', [{ code: 'not-a-file', type: other.type }]),
    'too-large': ({ size }) => found('unmanaged', [{ code: 'too-large', size }]),
    changing: () => found('unmanaged', [{ code: 'changing' }]),
  });

type ServerFile = Extract<RemoteFile, { kind: 'file' }>;

function fileNotes(file: ServerFile): readonly Note[] {
  const mode = file.metadata?.mode;
  return [
    ...(file.link ? [{ code: 'symbolic-link' } as const] : []),
    ...(mode && Number.parseInt(mode, 8) & 0o002 ? [{ code: 'world-writable', mode } as const] : []),
  ];
}

const sizeNotes = (file: ServerFile): readonly Note[] =>
  file.bytes ? [] : [{ code: 'too-large', size: file.size }];

/** How the metadata differs from what is expected; null if nothing is known to differ and the server could not say. */
function metadataNotes(metadata: ServerFile['metadata'], expect: Expect | null): readonly Note[] | null {
  if (!expect || (expect.mode === null && expect.owner === null && expect.group === null)) return [];
  if (!metadata) return null;
  const notes: Note[] = [];
  let unsure = false;
  if (expect.mode !== null && expect.mode !== metadata.mode) {
    notes.push({ code: 'mode', expected: expect.mode, actual: metadata.mode });
  }
  const owners = [
    { code: 'owner', expected: expect.owner, name: metadata.owner, id: metadata.uid },
    { code: 'group', expected: expect.group, name: metadata.group, id: metadata.gid },
  ] as const;
  for (const { code, expected, name, id } of owners) {
    if (expected === null || expected === name || expected === `${id}`) continue;
    if (name !== null || /^\d+$/.test(expected) || (code === 'owner' && expected === 'root' && id !== 0))
      notes.push({ code, expected, actual: name ?? `${id}` });
    // User 0 is root everywhere; group 0 is not (BSD calls it wheel).
    else if (code === 'group' || expected !== 'root') unsure = true;
  }
  return unsure && notes.length === 0 ? null : notes;
}
