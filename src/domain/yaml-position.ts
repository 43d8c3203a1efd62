// Where a value stands in a YAML document. Own walk instead of `getIn`: aliases are followed, keys are compared as the
// text that they become (`1:` is "1"), and the nearest place is given for what is not there.

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';

export type Path = readonly (string | number)[];

/** One place in a document. `node` is null if nothing stands there; `offset` is then that of the nearest parent. */
export interface Place {
  readonly node: Node | null;
  readonly offset: number;
  /** Of the key, for a value in a map. */
  readonly keyOffset: number;
}

/** The text that a key becomes in the parsed data, or null if the key is itself a map or a list. */
export const keyText = (key: unknown): string | null =>
  isScalar(key) ? (key.value === null ? '' : String(key.value)) : null;

/** The node that an alias stands for; other nodes as they are. */
export const followAlias = (node: unknown, document: Document): unknown =>
  isAlias(node) ? node.resolve(document) : node;

const offsetOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];

/** Finds the value at a path of map keys and list indexes. */
export type Locate = (path: Path) => Place;

/** A {@link Locate} for a document. It indexes the maps that it passes: there may be thousands of servers. */
export function createLocate(document: Document): Locate {
  const indexes = new Map<YAMLMap, ReadonlyMap<string | null, Pair>>();
  const pairsOf = (map: YAMLMap): ReadonlyMap<string | null, Pair> => {
    // Of duplicate keys the last one wins, here as in the data.
    const index = indexes.get(map) ?? new Map(map.items.map(pair => [keyText(pair.key), pair]));
    indexes.set(map, index);
    return index;
  };

  const enter = (place: Place, step: string | number): Place | null => {
    const parent = followAlias(place.node, document);
    if (isMap(parent)) {
      const pair = pairsOf(parent).get(String(step));
      if (!pair) return null;
      const keyOffset = offsetOf(pair.key) ?? place.offset;
      return { node: pair.value as Node | null, offset: offsetOf(pair.value) ?? keyOffset, keyOffset };
    }
    const item = isSeq(parent) ? (parent.items[Number(step)] as Node | undefined) : undefined;
    const offset = offsetOf(item) ?? place.offset;
    return item ? { node: item, offset, keyOffset: offset } : null;
  };

  return path => {
    const start = offsetOf(document.contents) ?? 0;
    let place: Place = { node: document.contents as Node | null, offset: start, keyOffset: start };
    for (const step of path) {
      const next = enter(place, step);
      if (!next) return { ...place, node: null };
      place = next;
    }
    return place;
  };
}

/** Where the lines of a text begin; unlike the parser's own counter, known before anything is parsed. */
export function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1);
  return lines;
}

/** `12:9` for an offset: line and column, both from 1. */
export function lineAndColumn(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${line}:${col}`;
}
