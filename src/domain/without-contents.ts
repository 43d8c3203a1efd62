import type { FileVerdict } from './file-verdict.ts';
import type { Origin } from './origin.ts';
import type { ServerReport } from './report.ts';

/** The report without the bytes of any file on the server: what is left says what differs, but cannot show it any more. */
export const withoutContents = (report: ServerReport): ServerReport => ({
  ...report,
  files: report.files.map(fileWithout),
});

const fileWithout = (file: FileVerdict): FileVerdict => ({
  ...file,
  server: file.server && { ...file.server, bytes: null },
  origin: file.origin && originWithout(file.origin),
});

const NO_BYTES = Buffer.alloc(0);

const originWithout = (origin: Origin): Origin =>
  origin.kind === 'edited' && origin.nearest
    ? { ...origin, nearest: { ...origin.nearest, bytes: NO_BYTES } }
    : origin;
