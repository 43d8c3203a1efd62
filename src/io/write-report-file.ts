import { writeFile } from 'node:fs/promises';
import { escapeText } from '../domain/escape.ts';
import { UserError } from '../domain/user-error.ts';
import { fileTrouble } from './file-trouble.ts';

/** Writes a report that the operator asked for; only the owner may read it, since it may hold diffs. */
export async function writeReportFile(path: string, text: string | Buffer): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600 });
  } catch (error) {
    throw new UserError(
      `cannot write ${escapeText(path)}: ${fileTrouble(error)}`,
      'Check the directory and its permissions.',
    );
  }
}
