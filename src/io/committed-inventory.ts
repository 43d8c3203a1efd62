import { isUtf8 } from 'node:buffer';
import { escapeText } from '../domain/escape.ts';
import { UserError } from '../domain/user-error.ts';
import { errorCode } from './file-trouble.ts';
import type { GitRepository } from './git-repository.ts';
import type { InventoryFile } from './inventory-file.ts';
import { withRevision } from './revision.ts';

/**
 * The inventory.yaml at the top of a commit, for a bare repository, where there is no other; null if there is none. What
 * it names besides Git copies (keys, known_hosts) is looked for on disk, from the repository's directory.
 */
export const readCommittedInventory = (repository: GitRepository, ref: string) =>
  withRevision(repository, ref, async ({ tree }): Promise<InventoryFile | null> => {
    const bytes = await tree.read('/inventory.yaml').catch(error => {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    });
    if (bytes === null) return null;
    const file = `${escapeText(ref)}:inventory.yaml`;
    if (!isUtf8(bytes)) throw new UserError(`${file}: not UTF-8 text`, 'Convert it and commit it again.');
    return { text: new TextDecoder().decode(bytes), file, directory: repository.directory };
  });
