import { escapeText } from './escape.ts';
import { reloadHints } from './reload.ts';
import type { ServerReport } from './report.ts';

/** What to do about a server that was compared: sentences, safe to print. */
export const reportHints = (server: ServerReport): readonly string[] => [
  ...unreadableHints(server),
  ...reloadHints(server.reload),
];

/** Whoever reads as root already, or over SFTP, cannot become it. */
function unreadableHints({ files, user, answeredBy }: ServerReport): readonly string[] {
  if (!files.some(({ cause }) => cause === 'unreadable') || answeredBy?.become) return [];
  const asRoot = answeredBy === null ? '' : ', or read as root: `ssh.become: sudo`';
  return [`let ${escapeText(user)} read the files that it may not, by a group or an ACL${asRoot}`];
}
