import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/user-error.ts';
import { findInventoryFile, readInventoryFile } from '../../src/io/inventory-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sshdrift-inventory-'));
  mkdirSync(join(dir, 'a b/c'), { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (path: string, content: string | Buffer): void => writeFileSync(join(dir, path), content);

const refusal = async (cwd: string, file: string | null): Promise<UserError> => {
  const read = async () => (file === null ? findInventoryFile(cwd) : readInventoryFile(cwd, file));
  const error = await read().then(
    () => null,
    reason => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error;
};

describe('finds inventory.yaml', () => {
  test('in the working directory', async () => {
    write('inventory.yaml', 'repo: x\n');
    expect(findInventoryFile(dir)).toEqual({
      text: 'repo: x\n',
      file: 'inventory.yaml',
      directory: dir,
    });
  });

  test('above it, the nearest one', async () => {
    write('inventory.yaml', 'far');
    write('a b/inventory.yaml', 'near');
    expect(findInventoryFile(join(dir, 'a b/c'))).toEqual({
      text: 'near',
      file: '../inventory.yaml',
      directory: join(dir, 'a b'),
    });
  });

  test('does not pass over one that cannot be read', async () => {
    write('inventory.yaml', 'far');
    mkdirSync(join(dir, 'a b/inventory.yaml'));
    expect((await refusal(join(dir, 'a b'), null)).message).toBe(
      'cannot read the inventory inventory.yaml: it is a directory',
    );
    symlinkSync('inventory.yaml', join(dir, 'a b/c/inventory.yaml'));
    expect((await refusal(join(dir, 'a b/c'), null)).message).toBe(
      'cannot read the inventory inventory.yaml: too many symbolic links, or a loop of them',
    );
  });
});

describe('reads the file that -i names', () => {
  test('relative to the working directory', async () => {
    write('x.yaml', 'x');
    expect(readInventoryFile(join(dir, 'a b'), '../x.yaml')).toMatchObject({
      file: '../x.yaml',
      directory: dir,
    });
  });

  test('and shows a far one by its absolute path', async () => {
    write('x.yaml', 'x');
    expect(readInventoryFile('/usr/share/doc', join(dir, 'x.yaml')).file).toBe(join(dir, 'x.yaml'));
  });

  test('without a byte order mark', async () => {
    write('x.yaml', '\ufeffrepo: ä');
    expect(readInventoryFile(dir, 'x.yaml').text).toBe('repo: ä');
  });

  test.each([
    ['nowhere.yaml', 'cannot read the inventory nowhere.yaml: no such file or directory'],
    ['x\ny', 'cannot read the inventory x\\x0ay: no such file or directory'],
    ['a b', 'cannot read the inventory a b: it is a directory'],
    ['latin1.yaml', 'latin1.yaml:3: not UTF-8 text'],
    ['large.yaml', 'large.yaml is larger than 1 MiB'],
  ])('or says why it cannot: %j', async (file, message) => {
    write('latin1.yaml', Buffer.concat([Buffer.from('a: 1\nb: ü\n'), Buffer.from('c: \xfc\n', 'latin1')]));
    write('large.yaml', '#'.repeat(1024 ** 2 + 1));
    const error = await refusal(dir, file);
    expect(error.message).toBe(message);
    expect(error.hint).not.toBe('');
  });

  test('of exactly 1 MiB', async () => {
    write('large.yaml', '#'.repeat(1024 ** 2));
    expect(readInventoryFile(dir, 'large.yaml').text).toHaveLength(1024 ** 2);
  });
});
