import { describe, expect, test } from 'vitest';
import type { Commit, CommitHistory, FileHistory } from '../../src/domain/commit-history.ts';
import {
  behind,
  committedAs,
  describeVersion,
  idWithoutCarriageReturns,
} from '../../src/domain/committed-as.ts';
import { blobId } from '../../src/domain/git-object.ts';

const BASE = 'f'.repeat(40);
const id = (text: string): string => blobId(Buffer.from(text), 40);

const commit = (name: string, parents: readonly string[], changes: Commit['changes'] = []): Commit => ({
  id: name,
  parents,
  date: new Date(0),
  author: 'Ann',
  subject: `about ${name}`,
  changes,
});
const history = (commits: readonly Commit[], part: Partial<CommitHistory> = {}): CommitHistory => ({
  commits,
  base: BASE,
  cut: null,
  shallow: false,
  ...part,
});
const version = (of: Commit, text: string, path = 'files/a.conf') => ({
  commit: of,
  blob: id(text),
  path,
  inBase: true,
});
const layer = (...versions: FileHistory['versions']): FileHistory => ({
  versions,
  touched: versions.map(({ commit: { id: name } }) => name),
});

const third = commit(BASE, ['b']);
const FIRST = 'a'.repeat(40);
const second = commit('b', [FIRST]);
const first = commit(FIRST, []);
const LINE = history([third, second, first]);

describe('which version has these bytes', () => {
  test('the newest one, of the highest layer that has them', () => {
    const low = layer(version(third, 'x'), version(first, 'low'));
    const high = layer(version(second, 'x'), version(first, 'x'));
    expect(committedAs(Buffer.from('x'), [low, high], LINE)).toBe(high.versions[0]);
    expect(committedAs(Buffer.from('low'), [low, high], LINE)).toBe(low.versions[1]);
    expect(committedAs(Buffer.from('never'), [low, high], LINE)).toBeNull();
  });

  const HERE = [layer(version(third, 'rewritten'))];
  const came = (path: string) => commit('a', [], [{ path, from: null, blob: id('x') }]);
  const went = (path: string) => commit('b', ['a'], [{ path, from: null, blob: null }]);
  const found = (...commits: readonly Commit[]) =>
    committedAs(Buffer.from('x'), HERE, history([third, ...commits]));

  test('one of its name in a directory that is gone', () => {
    const lost = came('old/a.conf');
    expect(found(went('old/a.conf'), lost)).toEqual({
      commit: lost,
      blob: id('x'),
      path: 'old/a.conf',
      inBase: true,
    });
  });

  test('one that was moved away from there', () => {
    const moved = commit('b', ['a'], [{ path: 'attic/a.conf.txt', from: 'old/a.conf', blob: id('x') }]);
    expect(found(moved, came('old/a.conf'))?.path).toBe('old/a.conf');
  });

  test('but none of another name, none that is still there, none with other bytes', () => {
    expect(found(went('old/b.conf'), came('old/b.conf'))).toBeNull();
    expect(found(went('elsewhere/a.conf'), came('old/a.conf'))).toBeNull();
    const other = commit('a', [], [{ path: 'old/a.conf', from: null, blob: id('y') }]);
    expect(found(went('old/a.conf'), other)).toBeNull();
  });

  test('a gone one on a branch of its own is not in the base', () => {
    const stray = commit('stray', [], [{ path: 'old/a.conf', from: null, blob: id('x') }]);
    expect(found(commit('b', [], [{ path: 'old/a.conf', from: null, blob: null }]), stray)?.inBase).toBe(
      false,
    );
  });
});

describe('how far behind a version is', () => {
  test('as many commits as touched the file since', () => {
    const own = layer(version(third, '3'), version(second, '2'), version(first, '1'));
    const behindOf = (index: number) =>
      own.versions.slice(index, index + 1).map(v => describeVersion(v, [own], LINE).commitsBehind);
    expect([0, 1, 2].flatMap(behindOf)).toEqual([0, 1, 2]);
  });

  test('a layer counts what covers it, and not what it covers; a commit of several layers counts once', () => {
    const low = layer(version(third, 'low 3'), version(second, 'low 2'), version(first, 'low'));
    const high = layer(version(third, 'high 3'), version(first, 'high'));
    const of = (v: FileHistory['versions'][number]) => describeVersion(v, [low, high], LINE).commitsBehind;
    expect(of(version(first, 'low'))).toBe(2);
    expect(of(version(first, 'high'))).toBe(1);
    // One that was found under another name is none of any layer.
    expect(of(version(first, 'high', 'old/a.conf'))).toBe(2);
  });

  test('nothing can be said of another branch', () => {
    const stray = { ...version(commit('stray', []), 'x'), inBase: false };
    expect(describeVersion(stray, [layer(stray)], LINE)).toEqual({
      commit: 'stray',
      subject: 'about stray',
      author: 'Ann',
      date: new Date(0),
      commitsBehind: null,
    });
  });
});

describe('a shallow clone', () => {
  const own = layer(version(second, '2'), version(first, '1'));
  const originOf = (index: number, part: Partial<CommitHistory>) =>
    own.versions.slice(index, index + 1).map(v => behind(v, [own], { ...LINE, ...part }))[0];

  test('does not know when its oldest commit brought the file', () => {
    expect(originOf(1, { shallow: true, cut: 'the clone is shallow' })).toEqual({
      kind: 'unknown',
      reason: 'committed in aaaaaaaa or before: the clone is shallow',
    });
  });

  test('knows it of newer ones, and a whole one of its first', () => {
    expect(originOf(0, { shallow: true, cut: 'the clone is shallow' })?.kind).toBe('behind');
    expect(originOf(1, {})?.kind).toBe('behind');
  });
});

test('line ends as Git would store them', () => {
  const without = (text: string) => idWithoutCarriageReturns(Buffer.from(text, 'latin1'), LINE);
  expect(without('a\r\n\xff\r\n')).toBe(blobId(Buffer.from('a\n\xff\n', 'latin1'), 40));
  expect([without('a\n'), without('a\rb\n')]).toEqual([null, null]);
});
