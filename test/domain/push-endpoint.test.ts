import { expect, test } from 'vitest';
import { pushEndpoint } from '../../src/domain/push-endpoint.ts';
import { receiverUrl } from '../../src/domain/receiver.ts';

const BASE = 'http://x:9091/p';

test('plain names stand in the path as they are', () => {
  expect(pushEndpoint(BASE, 'rsyslog', 'relay-1.example_net').href).toBe(
    `${BASE}/metrics/job/gitops/repo/rsyslog/server/relay-1.example_net`,
  );
});

// https://github.com/prometheus/pushgateway#url has the first two.
test.each([
  ['/var/tmp', 'L3Zhci90bXA'],
  ['', '='],
  ['..', 'Li4'],
  ['a b', 'YSBi'],
  ['ü', 'w7w'],
  ['%41', 'JTQx'],
])('%j goes as base64', (name, encoded) => {
  expect(pushEndpoint(BASE, name, 'a').href).toBe(
    `${BASE}/metrics/job/gitops/repo@base64/${encoded}/server/a`,
  );
});

test('a URL that cannot work is refused by the name that the operator knows, without its password', () => {
  expect(() => receiverUrl('pushgateway:9091', 'pushgateway')).toThrow(
    'the Pushgateway URL is not an http:// or https:// URL: "pushgateway:9091"',
  );
  expect(() => receiverUrl('http://u:hidden@x', 'pushgateway')).toThrow(
    /^the Pushgateway URL http:\/\/x holds a user name or a password$/,
  );
});
