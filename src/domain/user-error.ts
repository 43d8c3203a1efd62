/** An operator's mistake: a bad flag, a bad inventory, a missing directory. Printed without a stack; exit code 1. */
export class UserError extends Error {
  /** What to do next, one sentence or a few lines. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'UserError';
    this.hint = hint;
  }
}
