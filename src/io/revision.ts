// One commit, opened for reading. Its contents come as a checkout of just this commit would write them: attributes are
// those committed there, not those of the work tree. Git takes attributes from files, so its .gitattributes, and nothing
// else, are laid out in a private directory that poses as the work tree.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { showPath, toBytes } from '../domain/remote-path.ts';
import type { GitState } from '../domain/report.ts';
import { UserError } from '../domain/user-error.ts';
import { type CommitTree, createCommitTree, parseTree, type TreeFile } from './commit-tree.ts';
import { createGitBlobs, type GitBlobs } from './git-blobs.ts';
import { runGit } from './git-command.ts';
import type { GitRepository } from './git-repository.ts';
import { resolveRevision } from './git-revision.ts';

export interface Revision {
  readonly state: GitState;
  readonly tree: CommitTree;
  /** Blobs as a checkout of this commit would write them, those of other commits, too. */
  readonly filtered: GitBlobs;
}

/** Opens a revision for as long as `use` takes. Throws a UserError if there is no such commit. */
export async function withRevision<T>(
  repository: GitRepository,
  ref: string,
  use: (revision: Revision) => Promise<T>,
): Promise<T> {
  const state = await resolveRevision(repository, ref);
  const listing = await runGit(repository, ['ls-tree', '-rz', '--full-tree', state.commit]);
  if (listing.end !== 'ok')
    throw new UserError(
      `git cannot list the files of ${state.commit.slice(0, 8)}: ${showPath(listing.complaint)}`,
      'See `git fsck`. No server was contacted.',
    );
  const files = parseTree(listing.stdout);
  const place = await mkdtemp(join(tmpdir(), 'sshdrift-attributes-'));
  const raw = createGitBlobs(repository, false);
  const filtered = createGitBlobs(
    {
      directory: place,
      env: {
        ...repository.env,
        GIT_DIR: repository.gitDir,
        GIT_WORK_TREE: place,
        // Where a file has no attributes in the work tree, Git looks into the index: there must be nothing.
        GIT_INDEX_FILE: join(place, 'no-index'),
      },
    },
    true,
  );
  try {
    await layOutAttributes(files, raw, place);
    return await use({ state, tree: createCommitTree(files, { raw, filtered }), filtered });
  } finally {
    raw.close();
    filtered.close();
    await rm(place, { recursive: true, force: true });
  }
}

async function layOutAttributes(
  files: ReadonlyMap<string, TreeFile>,
  raw: GitBlobs,
  place: string,
): Promise<void> {
  for (const [path, { mode, id }] of files) {
    // Git does not follow a link here, and no path of a damaged tree may lead out of the directory.
    if (!/(^|\/)\.gitattributes$/.test(path) || !mode.startsWith('100')) continue;
    if (path.split('/').some(part => part === '' || part === '.' || part === '..')) continue;
    const at = Buffer.concat([Buffer.from(`${place}/`), toBytes(path)]);
    await mkdir(Buffer.concat([Buffer.from(`${place}/`), toBytes(dirname(path))]), { recursive: true });
    await writeFile(at, await raw.read(id, path));
  }
}
