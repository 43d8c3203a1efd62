import type { Verdict } from '../domain/file-verdict.ts';
import { UserError } from '../domain/user-error.ts';

/** The verdicts that `--fail-on` can name; each only matters where it counts as drift. */
export const FAILING = ['modified', 'missing', 'unmanaged', 'metadata'] as const satisfies readonly Verdict[];

/** Reads `--fail-on modified,missing`. */
export function parseFailOn(list: string): readonly Verdict[] {
  const words = list.split(',').map(word => word.trim());
  const known: readonly string[] = FAILING;
  const unknown = words.find(word => !known.includes(word));
  if (unknown !== undefined) {
    throw new UserError(
      `--fail-on ${list}: "${unknown}" is no verdict`,
      `The verdicts are: ${FAILING.join(', ')}.`,
    );
  }
  return words as readonly Verdict[];
}
