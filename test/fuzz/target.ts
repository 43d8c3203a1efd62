// What is fuzzed: a reader of bytes that somebody else wrote, and what must hold of it for any bytes.

import { needsEscape } from '../../src/domain/escape.ts';
import { UserError } from '../../src/domain/user-error.ts';

export interface Target {
  readonly name: string;
  /** Inputs to start from, well-formed ones first. */
  readonly seeds: readonly (string | Buffer)[];
  /** Words of the format, which no random change would hit upon. */
  readonly words: readonly string[];
  /** Throws where something does not hold that must hold for all inputs. */
  readonly run: (input: Buffer) => void;
}

/** What `read` gives; null if it refuses with a UserError, whose text must be fit for a terminal. Other errors are bugs. */
export function refusable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    printable(error.message);
    printable(error.hint);
    return null;
  }
}

/** What no text may hold, whatever the escaping thinks of it. */
const ALWAYS_RAW =
  /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/u;

/** Lines without a character that does something to a terminal. */
export function printable(text: string): void {
  const line = text.replaceAll('\n', '');
  must(!needsEscape(line) && !ALWAYS_RAW.test(line), () => `raw characters in ${JSON.stringify(text)}`);
}

export function must(holds: boolean, what: () => string): asserts holds {
  if (!holds) throw new Error(what());
}

/** Both are the same as JSON, where bytes, dates and maps count by their contents. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [actual, expected].map(value => JSON.stringify(value, replaceMaps));
  must(a === b, () => `${what}: ${a} is not ${b}`);
}

const replaceMaps = (_key: string, value: unknown): unknown =>
  value instanceof Map || value instanceof Set ? [...value] : value;
