// Coverage-guided search: an input that runs a block which none ran before joins the inputs from which more are made.
// Bundled by run.mjs into one script, whose blocks are the ones that count.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createCoverage } from './coverage.ts';
import { createRandom, mutated } from './mutate.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets.ts';

/** Inputs for which coverage is asked at once; asking takes longer than most of them. */
const BATCH = 16;
/** An input has at most 16 KiB; one that takes longer has found a blow-up. */
const SLOW_MS = 2000;

const blocksRun = createCoverage(pathToFileURL(__filename).href);

interface Limits {
  readonly seconds: number;
  readonly seed: number;
}

/** Searches one target; says what it did, and throws what it found, which is written to `input.bin` here. */
function search(target: Target, { seconds, seed }: Limits): string {
  const random = createRandom(seed);
  const corpus = target.seeds.map((input): Buffer => Buffer.from(input as string));
  const seen = new Set<string>();
  let executions = 0;
  let slowest = 0;
  const run = (input: Buffer): void => {
    executions += 1;
    const begin = performance.now();
    try {
      target.run(input);
      slowest = Math.max(slowest, performance.now() - begin);
      if (performance.now() - begin > SLOW_MS) throw new Error(`takes longer than ${SLOW_MS} ms`);
    } catch (error) {
      const file = join(__dirname, `${target.name}.bin`);
      writeFileSync(file, input);
      throw new Error(`${target.name}, execution ${executions}, seed ${seed}: see ${file}`, { cause: error });
    }
  };
  /** Runs the inputs and tells whether that was something new. */
  const isNew = (inputs: readonly Buffer[]): boolean => {
    for (const input of inputs) run(input);
    const before = seen.size;
    for (const block of blocksRun()) seen.add(block);
    return seen.size > before;
  };
  isNew(corpus);
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const batch = Array.from({ length: BATCH }, () => mutated(corpus, target.words, random));
    for (const input of batch) run(input);
    const fresh = blocksRun().filter(block => !seen.has(block));
    if (fresh.length === 0) continue;
    for (const input of batch) if (isNew([input])) corpus.push(input);
    for (const block of fresh) seen.add(block);
  }
  const grown = `${target.seeds.length} inputs became ${corpus.length}`;
  return `${executions} executions, ${seen.size} blocks, ${grown}, slowest ${slowest.toFixed(1)} ms`;
}

const [name = 'all', seconds = '10', seed = '1'] = process.argv.slice(2);
const chosen = TARGETS.filter(target => name === 'all' || target.name === name);
if (chosen.length === 0)
  throw new Error(`no target ${name}; there are ${TARGETS.map(t => t.name).join(', ')}`);
for (const target of chosen)
  try {
    console.log(`${target.name}: ${search(target, { seconds: Number(seconds), seed: Number(seed) })}`);
  } catch (error) {
    process.exitCode = 1;
    console.log('FOUND', error);
  }
