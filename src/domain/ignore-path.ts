import { type RemotePath, toBytes } from './remote-path.ts';

/**
 * A found path as an ignore rule can name it. In its last component `?` stands for what an inventory cannot say: a
 * wildcard that means itself, and a byte that is not part of UTF-8 text.
 */
export function ignorePath(path: RemotePath): string {
  const at = path.lastIndexOf('/') + 1;
  return textOf(path.slice(0, at)) + textOf(path.slice(at)).replace(/[*?[]/g, '?');
}

function textOf(path: string): string {
  const text = toBytes(path).toString('utf8');
  return Buffer.from(text, 'utf8').equals(toBytes(path)) ? text : path.replace(/[\u0080-\u00ff]/g, '?');
}
