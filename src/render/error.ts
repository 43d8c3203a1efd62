import type { UserError } from '../domain/user-error.ts';
import { jsonText } from './json-text.ts';

/** The document for a run that never began, schema `sshdrift/error/1`. */
export const renderError = ({ message, hint }: UserError): string =>
  jsonText({ schema: 'sshdrift/error/1', error: { message, hint } }, 2);
