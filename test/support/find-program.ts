import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { SEARCH_PATH } from './run.ts';

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Absolute path of a program, looked up as a shell would, in the directories of root's programs too; or null. */
export const findProgram = (name: string): string | null =>
  SEARCH_PATH.split(':')
    .filter(dir => dir.startsWith('/'))
    .map(dir => join(dir, name))
    .find(isExecutable) ?? null;

/** As {@link findProgram}, for programs that have to be there. */
export function programPath(name: string): string {
  const path = findProgram(name);
  if (path === null) throw new Error(`no ${name} on this machine; tests say needs('${name}')`);
  return path;
}
