import { expect, test } from 'vitest';
import type { Commit, FileChange } from '../../src/domain/commit-history.ts';
import { fileHistories } from '../../src/domain/file-history.ts';

/** `a: b c` is commit a with its parents, and what it changed. */
const commit = (text: string, changes: readonly FileChange[] = []): Commit => {
  const [id = '', ...parents] = text.split(/:? /);
  return { id, parents, date: new Date(0), author: 'Ann', subject: id, changes };
};
const put = (path: string, blob: string | null): FileChange => ({ path, from: null, blob });
const move = (from: string, path: string, blob: string): FileChange => ({ path, from, blob });

/** `blob path` for each version with `*` if it is not the base's own, and the commits that touched the file. */
function followed(base: string, commits: readonly Commit[], ...paths: readonly string[]) {
  const histories = fileHistories({ commits, base, cut: null, shallow: false }, paths);
  return [...histories].map(([, { versions, touched }]) => [
    versions.map(({ blob, path, inBase }) => `${blob} ${path}${inBase ? '' : ' *'}`).join(', '),
    touched.join(' '),
  ]);
}

test('versions are the newest first; a deletion touches the file and is none', () => {
  const commits = [
    commit('d: c', [put('a', '3')]),
    commit('c: b', [put('a', null), put('other', '9')]),
    commit('b: a', [put('other', '8')]),
    commit('a', [put('a', '1')]),
  ];
  expect(followed('d', commits, 'a')).toEqual([['3 a, 1 a', 'd c a']]);
  expect(followed('d', commits, 'a', 'other', 'never')).toEqual([
    ['3 a, 1 a', 'd c a'],
    ['9 other, 8 other', 'c b'],
    ['', ''],
  ]);
});

test('what other branches brought comes last, and does not touch the file', () => {
  const commits = [
    commit('later: side', [put('a', '4')]),
    commit('side: a', [put('a', '2')]),
    commit('b: a', [put('a', '3')]),
    commit('a', [put('a', '1')]),
  ];
  expect(followed('b', commits, 'a')).toEqual([['3 a, 1 a, 4 a *, 2 a *', 'b a']]);
});

test('after a rename the file has both names, in the older commits only', () => {
  const commits = [
    commit('c: b', [put('old', 'not the file any more')]),
    commit('b: a', [move('old', 'new', '2')]),
    commit('a', [put('old', '1')]),
  ];
  expect(followed('c', commits, 'new')).toEqual([['2 new, 1 old', 'b a']]);
});

test('a name that two files had belongs to both', () => {
  const commits = [
    commit('b: a', [move('x', 'one', '2'), move('x', 'two', '3')]),
    commit('a', [put('x', '1')]),
  ];
  expect(followed('b', commits, 'one', 'two')).toEqual([
    ['2 one, 1 x', 'b a'],
    ['3 two, 1 x', 'b a'],
  ]);
});

test('a rename on one branch is nothing to the other; before both began, both names count', () => {
  const commits = [
    commit('merge: left right'),
    commit('left: fork', [move('old', 'new', '3')]),
    commit('right: fork', [put('old', 'another file')]),
    commit('fork: a', [put('old', '2')]),
    commit('a', [put('new', '1')]),
  ];
  expect(followed('merge', commits, 'new')).toEqual([['3 new, 2 old, 1 new', 'left fork a']]);
});

test('a commit that nothing leads to knows the files by the names they have now', () => {
  const commits = [
    commit('b: a', [move('old', 'new', '2')]),
    commit('stray', [put('old', '4'), put('new', '5')]),
    commit('a', [put('old', '1')]),
  ];
  expect(followed('b', commits, 'new')).toEqual([['2 new, 1 old, 5 new *', 'b a']]);
});
