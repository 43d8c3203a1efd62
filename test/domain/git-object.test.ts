import { expect, test } from 'vitest';
import { sha256, startSha256 } from '../../src/domain/git-copies.ts';
import { blobId } from '../../src/domain/git-object.ts';

// As `git hash-object` prints them, in a repository of either kind.
test.each([
  ['', 40, 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'],
  ['hello\n', 40, 'ce013625030ba8dba906f756967f9e9ca394464a'],
  ['', 64, '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813'],
])('the id of %j in %i digits', (text, digits, id) => {
  expect(blobId(Buffer.from(text), digits)).toBe(id);
});

test('a hash of pieces is that of the whole', () => {
  const hash = startSha256();
  for (const piece of ['a', '', 'bc']) hash.update(Buffer.from(piece));
  expect(hash.digest()).toBe(sha256(Buffer.from('abc')));
});
