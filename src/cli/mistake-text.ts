import type { UserError } from '../domain/user-error.ts';

/** What stderr says about an operator's mistake; ends with a newline. */
export const mistakeText = ({ message, hint }: Pick<UserError, 'message' | 'hint'>): string =>
  `sshdrift: error: ${message}\nsshdrift: hint: ${hint}\n`;
