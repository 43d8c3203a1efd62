import type { FileVerdict } from '../domain/file-verdict.ts';
import { UserError } from '../domain/user-error.ts';

/** What `--fail-on` can name: verdicts, and what Git says about a file. Each only matters where it counts as drift. */
export const FAILING = {
  modified: file => file.verdict === 'modified',
  missing: file => file.verdict === 'missing',
  unmanaged: file => file.verdict === 'unmanaged',
  metadata: file => file.verdict === 'metadata',
  edited: file => file.verdict === 'modified' && file.origin?.kind === 'edited',
  behind: file => file.verdict === 'modified' && file.origin?.kind === 'behind',
  removed: file => file.verdict === 'unmanaged' && file.origin !== null,
} as const satisfies Readonly<Record<string, (file: FileVerdict) => boolean>>;

export type FailWord = keyof typeof FAILING;

/** Any drift. */
export const ANY_DRIFT: readonly FailWord[] = ['modified', 'missing', 'unmanaged', 'metadata'];

/** What a deploy would destroy: contents that are on the server only, and files that Git has no more. */
export const DESTROYED: readonly FailWord[] = ['edited', 'removed'];

/** All words of `--fail-on`. */
export const FAIL_WORDS = Object.keys(FAILING) as readonly FailWord[];

/** Reads `--fail-on modified,missing`. */
export function parseFailOn(list: string): readonly FailWord[] {
  const words = list.split(',').map(word => word.trim());
  const known: readonly string[] = FAIL_WORDS;
  const unknown = words.find(word => !known.includes(word));
  if (unknown !== undefined) {
    throw new UserError(
      `--fail-on ${list}: "${unknown}" is no verdict`,
      `The verdicts are: ${FAIL_WORDS.join(', ')}.`,
    );
  }
  return words as readonly FailWord[];
}

/** True if a file fails the run. */
export const fails = (file: FileVerdict, failOn: readonly FailWord[]): boolean =>
  file.counted && failOn.some(word => FAILING[word](file));

/** True if it depends on what Git could not say whether a file fails the run. */
export const isUndecided = (file: FileVerdict, failOn: readonly FailWord[]): boolean =>
  file.counted &&
  file.verdict === 'modified' &&
  file.origin?.kind === 'unknown' &&
  !fails(file, failOn) &&
  (failOn.includes('edited') || failOn.includes('behind'));

/** What the policy of a run says about a file. */
export function ruling(file: FileVerdict, failOn: readonly FailWord[]): 'stops' | 'undecided' | 'passes' {
  if (fails(file, failOn)) return 'stops';
  return isUndecided(file, failOn) ? 'undecided' : 'passes';
}
