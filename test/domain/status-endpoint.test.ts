import { describe, expect, test } from 'vitest';
import { bearerToken, statusEndpoint } from '../../src/domain/status-endpoint.ts';
import { UserError } from '../../src/domain/user-error.ts';

test.each([
  ['http://x', 'http://x/api/status'],
  ['http://x/', 'http://x/api/status'],
  [' https://x:8443/gitops// \n', 'https://x:8443/gitops/api/status'],
  ['http://[::1]:8080', 'http://[::1]:8080/api/status'],
])('%j', (base, endpoint) => {
  expect(statusEndpoint(base).href).toBe(endpoint);
});

const refusal = (act: () => unknown): UserError => {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('not refused');
};

describe('refused', () => {
  test.each([
    ['', 'not an http:// or https:// URL: ""'],
    ['x\u001b', 'URL: "x\\x1b"'],
    ['x.example:80', 'URL: "x.example:80"'],
    ['ftp://x', 'URL: "ftp://x"'],
    ['http://', 'URL: "http://"'],
    ['http://x/?k=hidden', 'http://x/ has a query'],
    ['http://x/p?', 'http://x/p has a query'],
    ['http://x/#hidden', 'http://x/ has a query or a fragment'],
    ['http://user:hidden@x', 'http://x holds a user name'],
    ['http://hidden@x/?a', 'http://x holds a user name'],
    ['http://:hidden@x', 'http://x holds a user name'],
    ['ftp://u:hidden@x', 'URL'],
    ['http:/\\u:hidden@', 'URL'],
  ])('%j, without printing a secret', (base, message) => {
    const error = refusal(() => statusEndpoint(base));
    expect(error.message).toContain(message);
    expect(error.message + error.hint).not.toContain('hidden');
  });
});

describe('the token', () => {
  test.each([
    [null, null],
    ['', null],
    [' \n', null],
    ['abc\r\n', 'abc'],
  ])('%j', (text, token) => {
    expect(bearerToken(text)).toBe(token);
  });

  test.each(['hid\nden', 'hid\u0000den', 'hiddén'])('%j is refused without being printed', text => {
    const error = refusal(() => bearerToken(text));
    expect(error.message + error.hint).not.toMatch(/hid(?!den)|hidd/);
  });
});
