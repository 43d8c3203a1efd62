import { type Printed, printableLines } from './printable.ts';

/**
 * An operator's mistake: a bad flag, a bad inventory, a missing directory. Printed without a stack; exit code 1. Whatever
 * its texts quote is made safe to print here, so that nobody who throws one has to think of it.
 */
export class UserError extends Error {
  /** What to do next, one sentence or a few lines. */
  readonly hint: string;

  constructor(message: string | Printed, hint: string | Printed) {
    super(printed(message));
    this.name = 'UserError';
    this.hint = printed(hint);
  }
}

const printed = (text: string | Printed): string =>
  typeof text === 'string' ? printableLines(text) : text.printed;
