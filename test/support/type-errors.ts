import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Anything that JSON can hold; where types are what is tested. */
export type Json = ReturnType<typeof JSON.parse>;

/** A value and the type that it should be of, like `import('package').Type`. */
export interface Typed {
  readonly type: string;
  readonly value: Json;
}

/**
 * What the TypeScript compiler says about values as literals of published types: unknown, missing and wrong keys, at any
 * depth. Empty if nothing.
 */
export function typeErrors(values: readonly Typed[]): string {
  // Beside node_modules, where the types are looked for.
  const dir = mkdtempSync(join(ROOT, 'test/.types-'));
  try {
    const file = join(dir, 'values.ts');
    const lines = values.map(
      ({ type, value }, i) => `export const v${i}: ${type} = ${JSON.stringify(value, null, 1)};\n`,
    );
    writeFileSync(file, lines.join(''));
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'preserve', '--types', ''];
    const compiler = join(ROOT, 'node_modules/.bin/tsc');
    const { status, stdout } = spawnSync(compiler, [...options, '--ignoreConfig', file], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    if (status === 0) return '';
    if (!stdout.includes('error TS2')) throw new Error(`the compiler did not judge: ${stdout}`);
    return stdout;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
