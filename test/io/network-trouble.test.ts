import { expect, test } from 'vitest';
import { networkTrouble } from '../../src/io/network-trouble.ts';

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });

test.each([
  [coded('ECONNREFUSED', 'connect ECONNREFUSED ::1:1'), 'ECONNREFUSED', 'connect ECONNREFUSED ::1:1'],
  [
    new AggregateError(
      [coded('ECONNREFUSED', 'connect ECONNREFUSED ::1:1'), coded('ETIMEDOUT', 'other')],
      '',
    ),
    'ECONNREFUSED',
    'connect ECONNREFUSED ::1:1',
  ],
  [coded('EPROTO', 'wrong version number:\n../deps/openssl\n'), 'EPROTO', 'wrong version number:'],
  [Object.assign(new Error('bad'), { name: 'HTTPParserError', code: undefined }), 'HTTPParserError', 'bad'],
  [new TypeError(''), 'TypeError', 'TypeError'],
  ['thrown text', 'Error', 'thrown text'],
])('%s', (error, code, detail) => {
  expect(networkTrouble(error)).toEqual({ kind: 'network', code, detail });
});
