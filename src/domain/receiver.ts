// Who takes statuses, in the words that an operator knows: the option and the variable that name it, what its URL is like.

import { escapeText } from './escape.ts';
import { UserError } from './user-error.ts';

export type Receiver = 'status-server' | 'pushgateway';

/** How texts speak of a receiver. */
interface ReceiverWords {
  readonly method: 'POST' | 'PUT';
  /** The program that should listen there, with its article. */
  readonly program: string;
  readonly url: string;
  readonly option: string;
  readonly variable: string;
  /** Begins what is added to the base URL. */
  readonly added: string;
  readonly example: string;
  /** What to do about a login in the URL. */
  readonly login: string;
}

export const RECEIVERS: Readonly<Record<Receiver, ReceiverWords>> = {
  'status-server': {
    method: 'POST',
    program: 'a gitops-status-server',
    url: 'the status URL',
    option: '--status-url',
    variable: 'GITOPS_STATUS_SERVER_URL',
    added: '/api/status',
    example: 'http://gitops-status-server.example.net',
    login: 'Take it out of the URL; a token goes into GITOPS_STATUS_TOKEN.',
  },
  pushgateway: {
    method: 'PUT',
    program: 'a Pushgateway',
    url: 'the Pushgateway URL',
    option: '--pushgateway-url',
    variable: 'PUSHGATEWAY_URL',
    added: '/metrics/job',
    example: 'http://pushgateway.example.net:9091',
    login:
      'Take it out of the URL: sshdrift logs in to no Pushgateway, so let pushes from here in without one.',
  },
};

/**
 * The base URL of a receiver, without a slash at its end; it may have a path. Throws UserError for one that cannot work,
 * before anybody is contacted; one that holds a password or a query is never printed as it is.
 */
export function receiverUrl(base: string, receiver: Receiver): string {
  const { url: what, added, login } = RECEIVERS[receiver];
  const url = parse(base, receiver);
  if (url.username !== '' || url.password !== '')
    throw new UserError(`${what} ${url.protocol}//${url.host} holds a user name or a password`, login);
  if (/[?#]/.test(base))
    throw new UserError(
      `${what} ${url.origin}${url.pathname} has a query or a fragment behind it`,
      `${comesFrom(receiver)} and must be a base URL: ${added} is added to it.`,
    );
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

const comesFrom = (receiver: Receiver): string =>
  `The address comes from ${RECEIVERS[receiver].option} or ${RECEIVERS[receiver].variable}`;

function parse(base: string, receiver: Receiver): URL {
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  const shown = /[@?#]/.test(base) ? '' : `: "${escapeText(base)}"`;
  const { url: what, example } = RECEIVERS[receiver];
  throw new UserError(
    `${what} is not an http:// or https:// URL${shown}`,
    `${comesFrom(receiver)}, for example ${example}`,
  );
}
