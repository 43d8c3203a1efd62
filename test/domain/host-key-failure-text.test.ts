import { expect, test } from 'vitest';
import { failureText } from '../../src/domain/failure-text.ts';

test.each([
  [true, 'ssh-keyscan -p 2222 web >> /home/me/.ssh/known_hosts'],
  [false, 'log in once'],
])('how to learn a key, reached directly: %s', (direct, advice) => {
  const { hint } = failureText({
    ...{ code: 'ssh/host-key-unknown', host: 'web', name: '[web]:2222', keyType: 'ssh-ed25519' },
    ...{
      fingerprint: 'SHA256:new',
      files: ['/home/me/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts'],
      direct,
    },
  });
  expect(hint).toContain(advice);
});

test.each([
  ['/home/me/.ssh/known_hosts:7', "ssh-keygen -R '[web]:2222' -f /home/me/.ssh/known_hosts"],
  ['SSH_KNOWN_HOSTS:7', 'put its key into SSH_KNOWN_HOSTS'],
  ['SHA256:abc, SHA256:def', 'pin it in the inventory'],
])('what to do about a changed host key that %s contradicts', (entry, advice) => {
  const { message, hint } = failureText({
    code: 'ssh/host-key-mismatch',
    host: 'web',
    name: '[web]:2222',
    keyType: 'ssh-ed25519',
    fingerprint: 'SHA256:new',
    entry,
  });
  expect(message).toContain(entry);
  expect(hint).toContain(advice);
});
