// Where statuses go. What the operator typed is refused here, before any server or receiver is contacted. A URL that
// holds a password or a query is never printed as it is.

import { escapeText } from './escape.ts';
import { UserError } from './user-error.ts';

const WHERE = 'The address comes from --status-url or GITOPS_STATUS_SERVER_URL';

/** `BASE/api/status` for the base URL of a gitops-status-server, which may have a path. Throws UserError. */
export const statusEndpoint = (base: string): URL => new URL(`${statusServer(base)}/api/status`);

/** The base URL of a gitops-status-server, without a slash at its end. Throws UserError. */
export function statusServer(base: string): string {
  const url = parse(base);
  if (url.username !== '' || url.password !== '')
    throw new UserError(
      `the status URL ${url.protocol}//${url.host} holds a user name or a password`,
      'Take it out of the URL; a token goes into GITOPS_STATUS_TOKEN.',
    );
  if (/[?#]/.test(base))
    throw new UserError(
      `the status URL ${url.origin}${url.pathname} has a query or a fragment behind it`,
      `${WHERE} and must be a base URL: /api/status is added to it.`,
    );
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function parse(base: string): URL {
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  const shown = /[@?#]/.test(base) ? '' : `: "${escapeText(base)}"`;
  throw new UserError(
    `the status URL is not an http:// or https:// URL${shown}`,
    `${WHERE}, for example http://gitops-status-server.example.net`,
  );
}

/**
 * A bearer token as it can stand in a header, or null if there is none. Space around it (the newline at the end of a
 * secret file) is not part of it. Throws UserError for characters that no header may carry.
 */
export function bearerToken(text: string | null): string | null {
  const token = text?.trim() ?? '';
  if (!/^[\x20-\x7e]*$/.test(token))
    throw new UserError(
      'GITOPS_STATUS_TOKEN holds a line break or another character that cannot stand in an HTTP header',
      'Set it to the bare token: one line of ASCII characters.',
    );
  return token === '' ? null : token;
}
