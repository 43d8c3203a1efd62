// How far a secret reaches: what stands between « and » is hidden, and nothing else is.

import { describe, expect, test } from 'vitest';
import { createRedactor, hideValue, secretLines } from '../../src/domain/redact.ts';
import { parseKeyGlob } from '../../src/domain/redact-keys.ts';

const REACH: Readonly<Record<string, readonly string[]>> = {
  'in code': [
    "pwd='«a\\'b»' c",
    "pwd='«it''s»' b",
    'pwd = "«a\nb»" c',
    'pwd=`«a b»` c',
    'pwd="«a»" pwd=\'«b»\' x',
    'pwd=«a"b» c',
    'pwd=«a»", b',
    "pwd=«a»'",
    'pwd=«$x» b',
    'pwd => "«a»" b',
    'pwd == "«a»" b',
    'pwd="«a»\nb',
    'pwd="" b="c"',
    '"pwd": "«a»", "b": "c"',
    'it\'s\npwd="«a # b»" c',
    'x ? pwd:«a b»',
    'pwd://a',
  ],
  'in a string': [
    'x="pwd=«a b»" c',
    "x='pwd=«a b»' c",
    'x="pwd=\'«a b»\' c" d',
    'x="pwd=\\"«a»\\" b" c',
    'x="a\\"pwd=«b c»" d',
    'x("pwd=«a»", b)',
    '{\\"pwd\\":\\"«a»\\",\\"b\\":\\"c\\"}',
    "{\\'pwd\\':\\'«a»\\'} b",
    'x="PASSWORD \'«a»\' b" c',
  ],
  'in a comment': [
    '# pwd="«a»" b',
    "# it's pwd=«a b»\nc",
    '# pwd: «a\\»\nc',
    '# pwd="«a\\"b»" c',
    '# it\'s "\npwd="«a»" b',
  ],
  'of an option': [
    '--password «a» b',
    '--token=«a» b',
    '--token "«a b»" c',
    '--token -x',
    '# --token «a» b',
    'x="--token «a» b" c',
  ],
  'of a header': [
    'authorization: Bearer «a b»',
    'Authorization=Basic  «a b»',
    'proxy-authorization: Basic «a»',
    'x="Authorization: Splunk «a»" b',
    'set-cookie: «a»',
    'cookies: a',
    'mycookie: a',
  ],
  'of a list': [
    'token=["«a»", "«b»"] c="d"',
    'token=[\'«a»\', "«b»"] c',
    'token=[«a b»] c',
    'token=[] c="d"',
    'token=["«a»"',
    'headers=["A:   «b»"] c',
    'httpheaders=["A: «b»", \'C: «d»\', «e»] f',
    'httpheaders=[\n "A: «b»", # «the token»\n "C: «d»"\n] e',
    'httpheaders=[\n # «old ]»\n # "A: «b»"\n "C: «d»"\n] e',
    'httpheaders=[\n "A: «b»", #   «x»\n "C: «d»"\n]',
    'httpheaders=[\n #\n «y»\n "C: d"\n]',
    'httpheaders=[\n «y»\n "C: d"\n]',
  ],
  'of a key or login, if it looks like a secret': [
    'key=«abcdefghijklmnop1»',
    'key=/abcdefghijklmnop1',
    'key=abcdefghijklmnopq',
    'key=12345678901234567',
    'key="abcdefghijklmnop1.conf"',
    'key="x abcdefghijklmnop1"',
    'auth="«me:a»"',
    'auth="me:a/b"',
    'auth="//me:a"',
    'auth="x me:a"',
  ],
  'of a directive or a line': [
    '$Pwd «a b # c»\nd',
    '$ActionPwd "«a b»"\nc',
    "$ActionPwd «'a' b»",
    '#$Pwd   «a» \nb',
    'x $Pwd a',
    'requirepass «a b»\nc',
    '  requirepass   «a»',
    'userPassword:: «a»\nb',
    'Password   =   «a b»',
    'password required pam_unix.so',
    'passwd:   files sss',
    'password (x)',
    'com2sec6  -Cn  ctx  readonly  default  «a»',
    'com2sec readonly default «a»\nb',
    '  trapsink  h  «a»  \nb',
    'createUser -e 0x01 u SHA-256 «"a" AES b»',
    'x com2sec readonly default a',
  ],
  'of an element': [
    '<password>«a» </password> b',
    '<password x="y">«\n a»\n</password>',
    '<password>a<b>',
    '<name>a</name>',
  ],
  'of an old action': [
    '*.* :ommysql:h,d,u,«p»;T',
    '*.* :ommysql:h,d,u,«p» ; T\nb',
    '*.* :ommysql:h,d,u,«p;a;T x»',
    '*.* >h,d,u,«p»;T',
    '*.* :ommysql:h,d,u,«p»\n*.* :ommysql:h,d,u,«q»',
  ],
  'of a key file': [
    '-----BEGIN RSA PRIVATE KEY-----«\na\n»-----END RSA PRIVATE KEY-----\nb',
    '-----BEGIN A PRIVATE KEY-----«\na\n»-----END\n-----BEGIN B PRIVATE KEY-----«\nb\n»-----END\nc',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----«\na»',
    'Private-Lines: 2«\na\nb»\nPrivate-MAC: c',
    'x Private-Lines: 2\na',
  ],
  'of YAML': [
    'password: «|»\n  «- a»\n  «b: c»\nd: e',
    'token:\n  -   «a»\n  «b»\n',
    'token:\n  - id: a\n',
    'password:\n  # a\n',
    'password:\n  a:\n    b\n',
    'password:\n  «x y: z»\n',
    'password:\n  «a#b»\n',
    'password:\n  «a»',
    'a: |\n  b\npassword:\n  «c»\n',
    '  password:\n  a\n',
    'host:\n  relay\n',
  ],
  'of a URL': [
    'https://u:a b@c',
    'http://a:b//c:«d»@e',
    'https://u:«p»@h/x@y',
    'http://u:«8-0/x»@y',
    'http://u:p',
    '"http://u:p"@x',
    'https://h/x?sig=«0f3a9b8c7d6e5f4a3»&b=c',
    'http://«0f3a9b8c7d6e5f4a3»@h',
    'ssh://0f3a9b8c7d6e5f4a3@h',
  ],
  'of a command': [
    'curl -u a:«b» https://h; curl -u c:«d» x',
    'curl -u http://x y',
    'curl -s \\\n -u a:«b»\ncurl x -u c:«d»\n',
    'x\ncurl -u a:«b»\ny -u c:d',
    'y -u c:d; curl -u a:«b»',
    "curl -u 'a:«b c»' d",
    'curl -u a:«b»|x',
    'mysql -p«a» -u b; sshpass -p «c» d',
  ],
  'of a login': [
    'login  u  password  «x»  y',
    'bind_dn u bindpw «x»',
    'binddn u bindpw «x»',
    'username u privilege  15  secret  5  «x»',
    'my.login u password x',
  ],
  'in SQL': [
    "IDENTIFIED  WITH  x  BY  '«a»' b",
    "IDENTIFIED BY  PASSWORD  '«a»' b",
    "IDENTIFIED BY PASSWORD '«a''b»'c",
    "SET  PASSWORD  FOR  x  =  PASSWORD('«a»')",
  ],
  'in prose': [
    '# credential for x: «abc12345»',
    '# the token is  «abc12345» d',
    '  -- secret of z: «abc12345»',
    '// passphrase of it = «abc12345»',
    'x # the token of y is abc12345',
    '# the tokenizer x: abc12345',
  ],
};

describe.each(Object.entries(REACH))('a value %s', (_, texts) => {
  test.each(texts)('%j', marked => {
    let secrets = 0;
    const shown = marked.replace(/«[^»]*»/g, () => `[secret ${++secrets}]`);
    expect(createRedactor()(marked.replace(/[«»]/g, ''))).toBe(shown);
  });
});

test('a value that is longer than any path is a secret behind any key', () => {
  const redacted = (length: number) => createRedactor()(`key="${'/'.repeat(length)}"`);
  expect(redacted(4096)).toBe(`key="${'/'.repeat(4096)}"`);
  expect(redacted(4097)).toBe('key="[secret 1]"');
});

test('the lines that hold a part of a secret', () => {
  const lines = (text: string) => [...secretLines(text, [])];
  expect(lines('a\nb\n')).toEqual([]);
  expect(lines('a\npwd="x"\nb\npwd=y')).toEqual([2, 4]);
  expect(lines('a\npwd="x\ny\nz"\nb')).toEqual([2, 3, 4]);
  expect(lines('pwd="x\n"\nb')).toEqual([1]);
  expect(lines('-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n')).toEqual([1, 2]);
  expect([...secretLines('site=x\n', ['site'])]).toEqual([1]);
});

test('a value is hidden for the key that it stands behind elsewhere', () => {
  expect([hideValue('token', 'x y'), hideValue('role', 'x y')]).toEqual(['[secret 1]', 'x y']);
  expect(hideValue('role', 'https://u:p@h')).toBe('https://u:[secret 1]@h');
});

test.each([
  ['Acme_Pin*', 'acmepin*'],
  ['*', null],
  ['', null],
  ['._-', null],
  ['x'.repeat(100), 'x'.repeat(100)],
  ['x'.repeat(101), null],
])('as a name of secrets, %s is %s', (text, glob) => {
  expect(parseKeyGlob(text)).toBe(glob);
});
