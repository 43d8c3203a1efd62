import type { UserError } from '../domain/user-error.ts';

/** The document for a run that never began, schema `sshdrift/error/1`. */
export const renderError = ({ message, hint }: UserError): string =>
  `${JSON.stringify({ schema: 'sshdrift/error/1', error: { message, hint } }, null, 2)}\n`;
