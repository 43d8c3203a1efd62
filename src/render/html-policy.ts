import { sha256 } from '../domain/git-copies.ts';

/** The source expression of a Content-Security-Policy that allows just this inline style sheet or script. */
export const hashSource = (text: string): string =>
  `'sha256-${Buffer.from(sha256(Buffer.from(text)), 'hex').toString('base64')}'`;
