// The Git copies of a commit, by the rules of git-copies.ts.

import { firstLines } from '../domain/first-lines.ts';
import type { GitCopies } from '../domain/git-copies.ts';
import type { Scope } from '../domain/inventory.ts';
import { fromBytes, showPath, toBytes } from '../domain/remote-path.ts';
import type { GitState } from '../domain/report.ts';
import { UserError } from '../domain/user-error.ts';
import { createGitCopies } from './git-copies.ts';
import { type GitRepository, treePath } from './git-repository.ts';
import { withRevision } from './revision.ts';

export interface CommittedCopies {
  readonly git: GitState;
  /** One for each scope, in order. */
  readonly copies: readonly GitCopies[];
  /** For the operator, safe to print. */
  readonly warnings: readonly string[];
}

export interface CopiesQuestion {
  readonly repository: GitRepository;
  readonly ref: string;
  readonly scopes: readonly Scope[];
  /** The directory that stands at the prefix of the repository, and that the inventory's paths start from. */
  readonly directory: string;
}

/** Reads the copies of all scopes at a revision. Throws a UserError as `readGitCopies` does. */
export const readCommittedCopies = ({ repository, ref, scopes, directory }: CopiesQuestion) =>
  withRevision(repository, ref, async ({ state, tree }): Promise<CommittedCopies> => {
    // Paths in the tree begin with a slash here, so that messages show them as `files/…`, relative to the top.
    const copiesOf = createGitCopies('/', tree);
    const inTree = (scope: Scope): Scope => ({
      ...scope,
      layers: scope.layers.map(layer => `/${layerInTree(layer, repository, directory)}`),
    });
    const copies = await Promise.all(scopes.map(scope => copiesOf(inTree(scope))));
    return { git: state, copies, warnings: filterWarning(tree.filtered()) };
  });

function layerInTree(layer: string, repository: GitRepository, directory: string): string {
  const path = treePath(repository, directory, layer);
  if (path !== null) return toBytes(path).toString();
  throw new UserError(
    `files: ${showPath(fromBytes(Buffer.from(layer)))} is outside of the Git repository`,
    'With --ref all layers must be in the repository of the inventory. No server was contacted.',
  );
}

const filterWarning = (paths: readonly string[]): readonly string[] =>
  paths.length === 0
    ? []
    : [
        `Git changes these files on checkout (line endings or a filter), and the checked out form is what was compared: ${firstLines(paths.map(showPath)).replaceAll('\n', ', ')}`,
      ];
