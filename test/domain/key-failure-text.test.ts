import { expect, test } from 'vitest';
import { failureText } from '../../src/domain/failure-text.ts';

test('the key of a server behind others is learnt by ssh, where ssh-keyscan would not get through', () => {
  const { hint } = failureText({
    ...{ code: 'ssh/host-key-unknown', host: 'web', name: 'lab', keyType: 'ssh-ed25519' },
    ...{ fingerprint: 'SHA256:new', files: ['/home/me/.ssh/known_hosts'], direct: false },
  });
  expect(hint).toContain('log in once');
  expect(hint).not.toContain('ssh-keyscan');
});

test.each([
  [22, ['/home/me/.ssh/ci'], 'ssh -i /home/me/.ssh/ci deploy@web'],
  [2222, ['/home/me/.ssh/ci'], 'ssh -i /home/me/.ssh/ci -p 2222 deploy@web'],
  [2222, ['/home/me/a', '/home/me/b'], 'ssh -i KEY -p 2222 deploy@web'],
  [22, ['SSH_PRIVATE_KEY'], 'ssh -i KEY deploy@web'],
])('a refused key is tried at port %i with the key that was offered: %s', (port, offered, command) => {
  const { hint } = failureText({
    ...{ code: 'ssh/auth-refused', host: 'web', port, user: 'deploy', offered },
    ...{ methods: ['publickey'], untried: 0, notes: [] },
  });
  expect(hint).toMatch(new RegExp(`Try: ${command}$`));
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

test.each([
  [['/home/me/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts'], '>> /home/me/.ssh/known_hosts'],
  [['/home/me/my repo/known_hosts'], ">> '/home/me/my repo/known_hosts'"],
  [['SSH_KNOWN_HOSTS'], 'add what this prints to SSH_KNOWN_HOSTS: ssh-keyscan -p 2222 web'],
  [[], '>> known_hosts'],
])('an unknown host key is added where it is looked for: %s', (files, advice) => {
  const { hint } = failureText({
    code: 'ssh/host-key-unknown',
    host: 'web',
    name: '[web]:2222',
    keyType: 'ssh-ed25519',
    fingerprint: 'SHA256:new',
    files,
    direct: true,
  });
  expect(hint.endsWith(advice)).toBe(true);
});
