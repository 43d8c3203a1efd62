import { basename, resolve } from 'node:path';
import { readMetricsFile, writeMetricsFile } from '../io/metrics-file.ts';
import { renderRunMetrics } from '../render/run-metrics.ts';
import type { ExitCode } from './exit-code.ts';
import type { Result } from './render-document.ts';

/** Writes the file of `--prom-file`, if one is wanted; `exitCode` is how the run will end. Rejects with a UserError. */
export async function writeMetrics({ options, report, world }: Result, exitCode: ExitCode): Promise<void> {
  if (options.promFile === undefined) return;
  const path = resolve(world.cwd, options.promFile);
  const text = renderRunMetrics(report, {
    file: basename(path),
    before: await readMetricsFile(path),
    exitCode,
    version: world.version,
  });
  await writeMetricsFile(path, text);
}
