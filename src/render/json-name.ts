import { isOddPath, showPath, toBytes } from '../domain/remote-path.ts';

/** A file's name as a report carries it, with its bytes in base64 where the name cannot show them one to one. */
export const jsonName = (name: string) => ({
  name: showPath(name),
  ...(isOddPath(name) ? { name_base64: toBytes(name).toString('base64') } : {}),
});
