// The Git copies of all servers, from the working tree or from a commit, and where in Git they are.

import { resolve } from 'node:path';
import type { GitCopies } from '../domain/git-copies.ts';
import type { Inventory, Server } from '../domain/inventory.ts';
import type { GitState } from '../domain/report.ts';
import { UserError } from '../domain/user-error.ts';
import type { Fleet } from '../engine/check-fleet.ts';
import { readCommittedCopies } from '../io/committed-copies.ts';
import { createGitCopies } from '../io/git-copies.ts';
import { findRepository, type GitRepository } from '../io/git-repository.ts';
import { readGitState } from '../io/git-state.ts';
import type { InventoryFile } from '../io/inventory-file.ts';
import { withoutSecrets } from './environment.ts';
import type { World } from './world.ts';

/** The inventory, its file and the world around it. */
export interface FilesQuestion {
  readonly file: InventoryFile;
  readonly inventory: Inventory;
  readonly world: World;
}

export interface Files {
  readonly git: Fleet['git'];
  readonly copies: ReadonlyMap<Server, GitCopies>;
  /** For the operator, safe to print. */
  readonly warnings: readonly string[];
}

/** Reads the copies of all servers, selected or not: a mistake in the inventory does not wait for its server's turn. */
export async function readFiles(ref: string | null, question: FilesQuestion): Promise<Files> {
  const { file, inventory, world } = question;
  if (ref === null) {
    const copiesOf = createGitCopies(world.cwd);
    const copies = await Promise.all(inventory.servers.map(({ scope }) => copiesOf(scope)));
    return { git: () => workingState(question), copies: byServer(inventory, copies), warnings: [] };
  }
  const { git, copies, warnings } = await readCommittedCopies({
    repository: await repositoryOf(file, world),
    ref,
    scopes: inventory.servers.map(({ scope }) => scope),
    directory: file.directory,
  });
  return { git: async () => git, copies: byServer(inventory, copies), warnings };
}

const byServer = ({ servers }: Inventory, copies: readonly GitCopies[]): Files['copies'] =>
  new Map(servers.map((server, index) => [server, copies[index] ?? new Map()]));

function workingState({ file, inventory, world }: FilesQuestion): Promise<GitState | null> {
  const layers = [...new Set(inventory.servers.flatMap(server => server.scope.layers))];
  const own = file.file.startsWith('(') ? [] : [resolve(world.cwd, file.file)];
  return readGitState({ directory: file.directory, env: withoutSecrets(world.env) }, [...layers, ...own]);
}

/** The repository of the inventory; for an inventory outside of Git, the bare one that the working directory is in. */
async function repositoryOf(file: InventoryFile, world: World): Promise<GitRepository> {
  const env = withoutSecrets(world.env);
  const around = await findRepository({ directory: file.directory, env });
  if (typeof around !== 'string') return around;
  const here = await findRepository({ directory: world.cwd, env });
  if (typeof here !== 'string' && here.bare) return here;
  throw new UserError(
    `--ref reads the copies from Git, but ${around}`,
    'Run it in a clone of the repository, or leave --ref away to compare with the files on disk.',
  );
}
