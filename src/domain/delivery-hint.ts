// What to do next about a status that could not be delivered.

import type { FailedDelivery, Trouble } from './delivery-trouble.ts';
import { escapeText } from './escape.ts';

type Hints = {
  readonly [K in Trouble['kind']]: (trouble: Extract<Trouble, { kind: K }>, failed: FailedDelivery) => string;
};

const HINTS: Hints = {
  answer: (t, failed) => answerHint(t, failed),
  'no-answer': (_, failed) =>
    `Is the receiver overloaded, or does a firewall drop the packets? ${tryByHand(failed)}`,
  proxy: (t, { proxy, endpoint }) =>
    `${t.status === 407 ? `Put user and password into the URL of the proxy ${proxy}` : `Does the proxy ${proxy} allow CONNECT to ${endpoint.host}?`}; NO_PROXY=${endpoint.hostname} goes past it.`,
  network: (t, failed) => networkHint(t.code, failed) + pastProxy(failed),
};

/** One or two sentences. */
export function deliveryHint(failed: FailedDelivery): string {
  if (failed.gaveUp.why === 'interrupted') return 'Run the check again.';
  return failed.trouble === null ? tryByHand(failed) : hintFor(failed.trouble, failed);
}

const hintFor = <K extends Trouble['kind']>(
  trouble: Extract<Trouble, { kind: K }>,
  failed: FailedDelivery,
): string => HINTS[trouble.kind as K](trouble, failed);

const tryByHand = ({ endpoint }: FailedDelivery): string => `Try: curl -v ${escapeText(endpoint.origin)}/`;

const pastProxy = ({ proxy, endpoint }: FailedDelivery): string =>
  proxy === null
    ? ''
    : ` Requests go through the proxy ${proxy}; NO_PROXY=${endpoint.hostname} goes past it.`;

function answerHint(
  { status, location }: Extract<Trouble, { kind: 'answer' }>,
  failed: FailedDelivery,
): string {
  if (status < 400) return redirectHint(location);
  if (status === 401 || status === 403)
    return failed.tokenSent
      ? 'The receiver does not accept GITOPS_STATUS_TOKEN: compare it with the one that the receiver expects.'
      : 'No token was sent: put the one that the receiver expects into GITOPS_STATUS_TOKEN.';
  if (status === 404 || status === 405)
    return failed.endpoint.pathname.endsWith('/api/status/api/status')
      ? 'GITOPS_STATUS_SERVER_URL must end before /api/status, which is added to it.'
      : 'Is GITOPS_STATUS_SERVER_URL the base URL of a gitops-status-server?';
  if (status === 429) return 'The receiver has too many requests: post less often, or raise its limit.';
  if (status >= 500) return 'The receiver, or a gateway before it, is in trouble; its log says more.';
  return 'The receiver does not accept this status; its log says more.';
}

function redirectHint(location: string | null): string {
  if (location === null)
    return 'Set GITOPS_STATUS_SERVER_URL to the final address; redirects are not followed.';
  const base = /^(.*)\/api\/status\/?$/.exec(location)?.[1];
  return base === undefined
    ? 'Redirects are not followed. If this is a login page, the receiver needs another way in; else set GITOPS_STATUS_SERVER_URL to the final address.'
    : `Redirects are not followed: set the URL to the final address, GITOPS_STATUS_SERVER_URL=${escapeText(base)}`;
}

function networkHint(code: string, failed: FailedDelivery): string {
  const { hostname, port, protocol } = failed.endpoint;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return /\.(svc|cluster\.local)$/.test(hostname)
      ? 'This is an in-cluster name, which resolves inside the Kubernetes cluster only: set GITOPS_STATUS_SERVER_URL to an address that is reachable from here, or use --no-post.'
      : 'Check the host name in GITOPS_STATUS_SERVER_URL, or your DNS.';
  if (code === 'ECONNREFUSED')
    return `Nothing listens there: is the receiver up, and is port ${port || (protocol === 'https:' ? 443 : 80)} right?`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'Use the host name that the certificate is for in GITOPS_STATUS_SERVER_URL.';
  if (code === 'CERT_HAS_EXPIRED') return 'Renew the certificate of the receiver.';
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return 'Does this port speak TLS? If not, the URL begins with http://';
  if (/CERT|SIGNATURE|ISSUER|_CA\b|^ERR_TLS/.test(code))
    return 'If a private authority signs the certificate of the receiver, start sshdrift with NODE_EXTRA_CA_CERTS=/path/to/ca.pem';
  if (code === 'HTTPParserError')
    return protocol === 'http:'
      ? 'Something else listens on this port, or it wants https://'
      : 'Something else listens on this port.';
  return tryByHand(failed);
}
