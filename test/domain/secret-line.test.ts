import { expect, test } from 'vitest';
import { firstSecretLine } from '../../src/domain/secret-line.ts';

test.each([
  ['', null],
  ['*.* @@log.example.net\n', null],
  ['pwd="x"\n', 1],
  ['one\r\ntwo\r\naction(type="omhttp"\r\n  pwd="hunter2")\r\n', 4],
  [Buffer.from('\xe9\xff\npassword=hunter2\n', 'latin1'), 2],
])('the first secret of %j begins in line %j', (bytes, line) =>
  expect(firstSecretLine(Buffer.from(bytes))).toBe(line),
);
