import { describe, expect, test } from 'vitest';
import { failedDelivery } from '../../src/domain/delivery-text.ts';
import type { FailedDelivery, Trouble } from '../../src/domain/delivery-trouble.ts';

const failed = (over: Partial<FailedDelivery>) =>
  failedDelivery({
    receiver: 'status-server',
    server: 'rsyslog-lab',
    endpoint: new URL('http://status.example/api/status'),
    tokenSent: false,
    proxy: null,
    trouble: null,
    gaveUp: { why: 'permanent' },
    attempts: 1,
    ...over,
  });

const answer = (status: number, location: string | null = null): Trouble => ({
  kind: 'answer',
  status,
  body: '',
  location,
  retryAfter: null,
});

const network = (code: string, detail = code): Trouble => ({ kind: 'network', code, detail });

const at = (url: string) => ({ endpoint: new URL(url) });

describe('what to do next', () => {
  test.each<[string, Partial<FailedDelivery>, string]>([
    ['401 without a token', { trouble: answer(401) }, 'No token was sent'],
    ['403 with a token', { trouble: answer(403), tokenSent: true }, 'does not accept GITOPS_STATUS_TOKEN'],
    ['404', { trouble: answer(404) }, 'the base URL of a gitops-status-server?'],
    [
      '404 of a doubled path',
      { trouble: answer(404), ...at('http://x/api/status/api/status') },
      'must end before /api/status',
    ],
    ['422', { trouble: answer(422) }, 'does not accept this status'],
    ['429', { trouble: answer(429) }, 'too many requests'],
    ['502', { trouble: answer(502) }, 'gateway'],
    [
      'a redirect to the same path elsewhere',
      { trouble: answer(301, 'https://new.example/p/api/status') },
      'GITOPS_STATUS_SERVER_URL=https://new.example/p',
    ],
    ['a redirect to a login page', { trouble: answer(302, 'https://sso.example/login') }, 'login page'],
    ['a redirect to nowhere', { trouble: answer(304) }, 'final address'],
    [
      'an in-cluster name',
      { trouble: network('ENOTFOUND'), ...at('http://s.ns.svc.cluster.local/') },
      '--no-post',
    ],
    [
      'a short in-cluster name',
      { trouble: network('EAI_AGAIN'), ...at('http://s.ns.svc/') },
      'in-cluster name',
    ],
    ['another name', { trouble: network('ENOTFOUND') }, 'Check the host name'],
    ['refused', { trouble: network('ECONNREFUSED') }, 'is port 80 right?'],
    ['refused with TLS', { trouble: network('ECONNREFUSED'), ...at('https://x/') }, 'is port 443 right?'],
    ['self-signed', { trouble: network('DEPTH_ZERO_SELF_SIGNED_CERT') }, 'NODE_EXTRA_CA_CERTS'],
    ['own authority', { trouble: network('UNABLE_TO_GET_ISSUER_CERT_LOCALLY') }, 'NODE_EXTRA_CA_CERTS'],
    ['no chain', { trouble: network('UNABLE_TO_VERIFY_LEAF_SIGNATURE') }, 'NODE_EXTRA_CA_CERTS'],
    ['expired', { trouble: network('CERT_HAS_EXPIRED') }, 'Renew'],
    ['another name in it', { trouble: network('ERR_TLS_CERT_ALTNAME_INVALID') }, 'Use the host name'],
    ['no TLS there', { trouble: network('ERR_SSL_WRONG_VERSION_NUMBER') }, 'http://'],
    ['a cut connection', { trouble: network('ECONNRESET') }, 'curl -v http://status.example/'],
    ['a silent receiver', { trouble: { kind: 'no-answer', afterMs: 10_000 } }, 'firewall'],
    ['a proxy', { trouble: network('ECONNRESET'), proxy: 'http://p:3128' }, 'NO_PROXY=status.example'],
    [
      'a signal',
      { trouble: answer(503), gaveUp: { why: 'interrupted', by: 'SIGINT' } },
      'Run the check again.',
    ],
    ['the deadline alone', { gaveUp: { why: 'deadline', deadlineMs: 30_000 } }, 'curl -v'],
  ])('%s', (_, over, hint) => {
    expect(failed(over).hint).toContain(hint);
  });
});

describe('what happened', () => {
  test.each<[Partial<FailedDelivery>, string]>([
    [{ trouble: answer(404) }, 'HTTP 404'],
    [{ trouble: answer(304) }, 'HTTP 304, the server answers with a redirect to nowhere'],
    [{ trouble: { kind: 'proxy', status: 407 } }, 'the proxy did not open a tunnel: HTTP 407'],
    [
      {
        trouble: network('ENOTFOUND', 'getaddrinfo ENOTFOUND x\u001b[2J'),
        gaveUp: { why: 'attempts' },
        attempts: 5,
      },
      'no such host: getaddrinfo ENOTFOUND x\\x1b[2J; gave up after 5 tries',
    ],
    [
      { trouble: answer(503), gaveUp: { why: 'long-wait', waitMs: 120_000, leftMs: 28_740 } },
      'HTTP 503; it asks to wait 120 s, and only 28.7 s are left for all deliveries',
    ],
    [
      { trouble: answer(503), gaveUp: { why: 'deadline', deadlineMs: 30_000 }, attempts: 3 },
      'HTTP 503; gave up after 3 tries: the deadline of 30 s for all deliveries leaves no time',
    ],
    [
      { gaveUp: { why: 'deadline', deadlineMs: 30_000 } },
      'no answer before the deadline of 30 s for all deliveries',
    ],
    [
      { gaveUp: { why: 'deadline', deadlineMs: 30_000 }, attempts: 0 },
      'not tried: the deadline of 30 s for all deliveries has passed',
    ],
  ])('%j', (over, text) => {
    expect(failed(over).error).toBe(`POST http://status.example/api/status: ${text}`);
  });

  test('a long body of wide characters is cut between characters', () => {
    const trouble = { ...answer(500), body: '🙂'.repeat(201) } as Trouble;
    expect(failed({ trouble }).error).toMatch(/ "(🙂){200}…"$/u);
  });
});
