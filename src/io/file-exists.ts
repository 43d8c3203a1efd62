import { access } from 'node:fs/promises';

/** True if something is there that may be looked at. */
export const fileExists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
