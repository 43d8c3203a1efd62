// What to do next about a status that could not be delivered.

import type { FailedDelivery, Trouble } from './delivery-trouble.ts';
import { escapeText } from './escape.ts';
import { RECEIVERS, type Receiver } from './receiver.ts';

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
  const { variable, added, program } = RECEIVERS[failed.receiver];
  if (status < 400) return redirectHint(location, failed.receiver);
  if (status === 401 || status === 403) return refusedHint(failed);
  if (status === 404 || status === 405)
    return failed.endpoint.pathname.split(added).length > 2
      ? `${variable} must end before ${added}, which is added to it.`
      : `Is ${variable} the base URL of ${program}?`;
  if (status === 429) return 'The receiver has too many requests: post less often, or raise its limit.';
  if (status >= 500) return 'The receiver, or a gateway before it, is in trouble; its log says more.';
  return 'The receiver does not accept this status; its log says more.';
}

function refusedHint({ receiver, tokenSent }: FailedDelivery): string {
  if (receiver === 'pushgateway')
    return 'sshdrift logs in to no Pushgateway: let pushes from here in without a login.';
  return tokenSent
    ? 'The receiver does not accept GITOPS_STATUS_TOKEN: compare it with the one that the receiver expects.'
    : 'No token was sent: put the one that the receiver expects into GITOPS_STATUS_TOKEN.';
}

function redirectHint(location: string | null, receiver: Receiver): string {
  const { variable, added } = RECEIVERS[receiver];
  if (location === null) return `Set ${variable} to the final address; redirects are not followed.`;
  const at = location.lastIndexOf(added);
  return at === -1
    ? `Redirects are not followed. If this is a login page, the receiver needs another way in; else set ${variable} to the final address.`
    : `Redirects are not followed: set the URL to the final address, ${variable}=${escapeText(location.slice(0, at))}`;
}

function networkHint(code: string, failed: FailedDelivery): string {
  const { hostname, port, protocol } = failed.endpoint;
  const { variable } = RECEIVERS[failed.receiver];
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return /\.(svc|cluster\.local)$/.test(hostname)
      ? `This is an in-cluster name, which resolves inside the Kubernetes cluster only: set ${variable} to an address that is reachable from here, or use --no-post.`
      : `Check the host name in ${variable}, or your DNS.`;
  if (code === 'ECONNREFUSED')
    return `Nothing listens there: is the receiver up, and is port ${port || (protocol === 'https:' ? 443 : 80)} right?`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `Use the host name that the certificate is for in ${variable}.`;
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
