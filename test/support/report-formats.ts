// What the reports for people elsewhere have in common, when they are tested.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Report } from '../../src/domain/report.ts';
import { anyReport } from './any-report.ts';

/** Reports with hostile content, the same in every run. */
export const hostileReports = (count: number): readonly Report[] =>
  fc.sample(anyReport, { numRuns: count, seed: 4 });

/** Writes documents into a directory of their own for as long as `use` takes; it gets their paths. */
export async function withFiles(
  documents: readonly string[],
  use: (files: readonly string[]) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'sshdrift-documents-'));
  documents.forEach((text, i) => {
    writeFileSync(join(dir, `${i}`), text);
  });
  try {
    await use(readdirSync(dir).map(name => join(dir, name)));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Names of the elements whose start tags stand in a document, each once, sorted. */
export const elementsOf = (html: string): readonly string[] =>
  [...new Set([...html.matchAll(/<([a-z!][\w-]*)/gi)].map(([, name]) => (name ?? '').toLowerCase()))].sort();
