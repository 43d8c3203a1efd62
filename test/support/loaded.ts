// What a run of the built program loads, from V8's own count of the functions that ran.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type CliOptions, type Outcome, sshdrift } from './cli.ts';

export interface Loaded extends Outcome {
  /** Names of the files of dist/, in alphabetical order. */
  readonly files: readonly string[];
  /** Packages of which a module was evaluated, in alphabetical order. */
  readonly packages: readonly string[];
}

/** A function that ran, as far as V8's report is needed. */
interface Report {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

/** `sshdrift ARGS`. In a bundle each module is a function with the name of its file. */
export async function loadedBy(args: readonly string[], options: CliOptions): Promise<Loaded> {
  const place = mkdtempSync(join(tmpdir(), 'sshdrift-loaded-'));
  try {
    const outcome = await sshdrift(args, { ...options, env: { ...options.env, NODE_V8_COVERAGE: place } });
    const files = new Set<string>();
    const packages = new Set<string>();
    for (const name of readdirSync(place)) {
      const { result } = JSON.parse(readFileSync(join(place, name), 'utf8')) as Report;
      for (const { url, functions } of result.filter(script => script.url.includes('/dist/'))) {
        files.add(basename(url));
        for (const { functionName, ranges } of functions) {
          const from = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(functionName)?.[1];
          if (from !== undefined && (ranges[0]?.count ?? 0) > 0) packages.add(from);
        }
      }
    }
    return { ...outcome, files: [...files].sort(), packages: [...packages].sort() };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
