// Several machines check one inventory, each its share. Which share a server belongs to depends on its name and their
// number alone, so that all of them agree without talking: the first four bytes of the SHA-256 of the name (UTF-8), as a
// big-endian number, modulo the number of shares, plus one. In a shell:
//
//   echo $((0x$(printf %s NAME | sha256sum | cut -c1-8) % N + 1))

import { createHash } from 'node:crypto';

/** `--shard 2/4`: the second share of four. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

const MOST = 10_000;

/** Reads `I/N`, both from 1 to 10,000; null if it is none. */
export function parseShard(text: string): Shard | null {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(text);
  // NaN where there is no match, and NaN is in no range.
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  return index >= 1 && index <= of && of <= MOST ? { index, of } : null;
}

/** The share that a server belongs to, from 1 to `of`. */
export const shareOf = (name: string, of: number): number =>
  (createHash('sha256').update(name).digest().readUInt32BE(0) % of) + 1;
