import type { Command } from 'commander';
import { bashCompletion } from '../domain/completion/bash.ts';
import type { ProgramShape } from '../domain/completion/command-shape.ts';
import { fishCompletion } from '../domain/completion/fish.ts';
import { zshCompletion } from '../domain/completion/zsh.ts';
import { parseInventory } from '../domain/parse-inventory.ts';
import { UserError } from '../domain/user-error.ts';
import { findInventoryFile, readInventoryFile } from '../io/inventory-file.ts';
import { programShape } from './command-shape.ts';
import { type CompletionOptions, SHELLS, type Shell } from './completion-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { World } from './world.ts';

const SCRIPTS: Readonly<Record<Shell, (program: ProgramShape) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export interface CompletionRequest {
  /** Undefined if none was named. */
  readonly shell: Shell | undefined;
  readonly options: CompletionOptions;
  readonly program: Command;
}

/** Prints the completion script for a shell; or, for the script, the names of the servers of the inventory. */
export async function completionCommand(
  { shell, options, program }: CompletionRequest,
  world: World,
): Promise<ExitCode> {
  if (options.servers === true) {
    for (const name of await serverNames(options.inventory, world)) world.stdout.write(`${name}\n`);
    return EXIT.inSync;
  }
  if (shell === undefined)
    throw new UserError('no shell is named', `Write sshdrift completion ${SHELLS.join(' or ')}`);
  world.stdout.write(SCRIPTS[shell](programShape(program)));
  return EXIT.inSync;
}

/** Names as an inventory may hold them: no space, no control character, nothing that a shell would expand. */
async function serverNames(file: string | undefined, world: World): Promise<readonly string[]> {
  const found = file === undefined ? findInventoryFile(world.cwd) : readInventoryFile(world.cwd, file);
  const inventory = await found;
  if (inventory === null) return [];
  return parseInventory({ ...inventory, home: world.home }).servers.map(({ name }) => name);
}
