import type { UserError } from '../domain/user-error.ts';

/** What stderr says about an operator's mistake; ends with a newline. */
export const mistakeText = ({ message, hint }: UserError): string =>
  `sshdrift: error: ${message}\nsshdrift: hint: ${hint}\n`;
