import type { FileVerdict, Verdict } from './file-verdict.ts';

/**
 * What a deploy that makes a server equal to Git does to a file. `overwrite` loses contents that are on the server only,
 * `update` loses nothing. Whether `delete` happens is up to the deploy: Git had the file and has it no more, and most
 * deploys leave it where it is. `replace` is an overwrite or an update, and Git cannot say which.
 */
export type DeployAction =
  | 'none'
  | 'overwrite'
  | 'update'
  | 'replace'
  | 'create'
  | 'delete'
  | 'leave'
  | 'adjust'
  | 'not-compared';

const ACTIONS: Readonly<Record<Verdict, (file: FileVerdict) => DeployAction>> = {
  'in-sync': () => 'none',
  modified: ({ origin }) => {
    if (origin?.kind === 'behind') return 'update';
    return origin?.kind === 'edited' ? 'overwrite' : 'replace';
  },
  missing: () => 'create',
  unmanaged: ({ origin }) => (origin ? 'delete' : 'leave'),
  metadata: () => 'adjust',
  'not-compared': () => 'not-compared',
};

/** What a deploy does to a file, once origins are known. */
export const deployAction = (file: FileVerdict): DeployAction => ACTIONS[file.verdict](file);
