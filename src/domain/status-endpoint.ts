import { receiverUrl } from './receiver.ts';
import { UserError } from './user-error.ts';

/** `BASE/api/status` for the base URL of a gitops-status-server, which may have a path. Throws UserError. */
export const statusEndpoint = (base: string): URL => new URL(`${statusServer(base)}/api/status`);

/** The base URL of a gitops-status-server, without a slash at its end. Throws UserError. */
export const statusServer = (base: string): string => receiverUrl(base, 'status-server');

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
