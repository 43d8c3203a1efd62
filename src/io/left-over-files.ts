import { readdir } from 'node:fs/promises';
import { fromBytes, toBytes } from '../domain/remote-path.ts';
import { errorCode } from './file-trouble.ts';

/** Files in layers of a repository that are not among the expected ones; names with a dot in front are passed over. */
export async function leftOverFiles(
  directory: string,
  layers: readonly string[],
  expected: ReadonlySet<string>,
): Promise<readonly string[]> {
  const top = fromBytes(Buffer.from(directory));
  const visit = async (path: string): Promise<readonly string[]> => {
    const names = await namesIn(`${top}/${path}`);
    if (names === null) return expected.has(path) ? [] : [path];
    const visible = names.filter(name => !name.startsWith('.')).sort();
    return (await Promise.all(visible.map(name => visit(`${path}/${name}`)))).flat();
  };
  return (await Promise.all(layers.map(layer => visit(fromBytes(Buffer.from(layer)))))).flat();
}

/** Null for what is no directory that can be read. */
const namesIn = (path: string): Promise<readonly string[] | null> =>
  readdir(toBytes(path), { encoding: 'buffer' }).then(
    names => names.map(name => fromBytes(name)),
    error => {
      if (errorCode(error) === null) throw error;
      return null;
    },
  );
