import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/domain/redact.ts';

const redact = (text: string): string => createRedactor()(text);

/** What stands there, and what is shown. */
const HIDDEN: readonly (readonly [name: string, text: string, shown: string])[] = [
  [
    'double quotes',
    'action(type="ommysql" pwd="hunter2" db="x")',
    'action(type="ommysql" pwd="[secret 1]" db="x")',
  ],
  ['single quotes', "action(pass='hunter2' db='x')", "action(pass='[secret 1]' db='x')"],
  ['back quotes', 'action(pwd=`echo $PW` db="x")', 'action(pwd=`[secret 1]` db="x")'],
  [
    'any case',
    'PWD="a" Password="b" ServerPassword="c"',
    'PWD="[secret 1]" Password="[secret 2]" ServerPassword="[secret 3]"',
  ],
  ['spaces around =', 'pwd = "a b"', 'pwd = "[secret 1]"'],
  ['a line break around =', 'action(pwd=\n  "a b"\n)', 'action(pwd=\n  "[secret 1]"\n)'],
  ['a directive of another program', 'requirepass a b\n', 'requirepass [secret 1]\n'],
  ['a directive in quotes', '  ssl_passphrase "a b";', '  ssl_passphrase [secret 1]'],
  ['a community of snmpd', 'rocommunity public 192.0.2.1', 'rocommunity [secret 1]'],
  ['an INI value with spaces', 'user = me\nPassword = a b\n', 'user = me\nPassword = [secret 1]\n'],
  [
    'an XML element',
    '<user>me</user><password>a b</password>',
    '<user>me</user><password>[secret 1]</password>',
  ],
  ['no quotes', 'action(passwd=hunter2 db=x)', 'action(passwd=[secret 1] db=x)'],
  ['escaped quotes within', String.raw`pwd="a\"b" db="x"`, 'pwd="[secret 1]" db="x"'],
  ['a backslash at the end', String.raw`pwd="a\\" db="x"`, 'pwd="[secret 1]" db="x"'],
  ['a value over several lines', 'pwd="a\n b\n c" db="x"', 'pwd="[secret 1]" db="x"'],
  ['no closing quote', 'pwd="a b\nserver="x"', 'pwd="[secret 1]"x"'],
  ['no closing quote anywhere', 'pwd="a b\nserver=x', 'pwd="[secret 1]\nserver=x'],
  [
    'prefixed keys',
    'sasl.password="a" db_pass="b" userPwd="c"',
    'sasl.password="[secret 1]" db_pass="[secret 2]" userPwd="[secret 3]"',
  ],
  [
    'tokens and API keys',
    'token="a" authToken="b" apikey="c" api_key="d" accessKey="e" access_key="f"',
    'token="[secret 1]" authToken="[secret 2]" apikey="[secret 3]" api_key="[secret 4]" accessKey="[secret 5]" access_key="[secret 6]"',
  ],
  [
    'secret within a name',
    'clientSecretValue="a" secret="b"',
    'clientSecretValue="[secret 1]" secret="[secret 2]"',
  ],
  [
    'community and passphrase',
    'community="public" passphrase="x"',
    'community="[secret 1]" passphrase="[secret 2]"',
  ],
  [
    'an inline encryption key',
    'cry.key="0123" azure_key="x="',
    'cry.key="[secret 1]" azure_key="[secret 2]"',
  ],
  [
    'an element of an array',
    'confParam=["sasl.username=me", "sasl.password=xyz zy", "a=b"]',
    'confParam=["sasl.username=me", "sasl.password=[secret 1]", "a=b"]',
  ],
  ['a connection string', 'conninfo="host=h password=x y"', 'conninfo="host=h password=[secret 1]"'],
  [
    'quotes within quotes',
    `conninfo="host=h password='x y' dbname=d"`,
    `conninfo="host=h password='[secret 1]' dbname=d"`,
  ],
  [
    'escaped quotes within quotes',
    String.raw`c=["jaas=M user=\"u\" password=\"s t\";"]`,
    String.raw`c=["jaas=M user=\"u\" password=\"[secret 1]\";"]`,
  ],
  ['a list of values', 'token=["a", "b"] x="y"', 'token=["[secret 1]", "[secret 2]"] x="y"'],
  [
    'a list of escaped strings',
    String.raw`# token=[\"a\", \"b\"] c`,
    String.raw`# token=[\"[secret 1]\", \"[secret 2]\"] c`,
  ],
  [
    'header lines',
    'httpheaders=["X-Insert-Key: abc", "plain"] x="y"',
    'httpheaders=["X-Insert-Key: [secret 1]", "[secret 2]"] x="y"',
  ],
  [
    'header lines over lines',
    'httpheaders=[\n  "X-Key: a b",\n  "Y: c"\n]\nx="y"',
    'httpheaders=[\n  "X-Key: [secret 1]",\n  "Y: [secret 2]"\n]\nx="y"',
  ],
  [
    'header lines in a comment',
    '# HttpHeaders = [\n#  "X-Key: a",\n# ]\n# x',
    '# HttpHeaders = [\n#  "X-Key: [secret 1]",\n# ]\n# x',
  ],
  ['one header line', 'httpheaders="X-Key: abc"', 'httpheaders="X-Key: [secret 1]"'],
  [
    'a header list that never ends',
    'httpheaders=["A: b",\nfoo bar\nx="y"',
    'httpheaders=["A: [secret 1]",\n[secret 2]\nx="y"',
  ],
  [
    'a header value',
    'httpheaderkey="X" httpheadervalue="abc"',
    'httpheaderkey="X" httpheadervalue="[secret 1]"',
  ],
  [
    'an Authorization header',
    'x="Authorization: Basic dTpw" y="z"',
    'x="Authorization: Basic [secret 1]" y="z"',
  ],
  ['a bare Authorization header', 'authorization: bearer abc def', 'authorization: bearer [secret 1]'],
  ['an unknown scheme', 'x="Authorization: Foo abc"', 'x="Authorization: [secret 1]"'],
  ['JSON', '{"password": "x", "user": "y"}', '{"password": "[secret 1]", "user": "y"}'],
  [
    'a program option',
    'binary="/bin/x --password foo --host h"',
    'binary="/bin/x --password [secret 1] --host h"',
  ],
  ['a program option with =', 'binary="/bin/x --password=foo"', 'binary="/bin/x --password=[secret 1]"'],
  ['an environment variable', 'PGPASSWORD=foo psql', 'PGPASSWORD=[secret 1] psql'],
  ['ommysql', '*.* :ommysql:h,db,user,p,w;Tpl', '*.* :ommysql:h,db,user,[secret 1];Tpl'],
  [
    'ommysql without template',
    '*.* :ommysql:h, db, user, pw  \nx',
    '*.* :ommysql:h, db, user,[secret 1]  \nx',
  ],
  ['ommysql, semicolon in the password', ':ommysql:h,db,u,p;w x', ':ommysql:h,db,u,[secret 1]'],
  ['ompgsql', '& :ompgsql:h,db,user,pw;Tpl', '& :ompgsql:h,db,user,[secret 1];Tpl'],
  ['the old MySQL action', '*.*  >h,db,user,pw;Tpl', '*.*  >h,db,user,[secret 1];Tpl'],
  ['a directive', '$ActionLibdbiPassword a b \nx', '$ActionLibdbiPassword [secret 1] \nx'],
  ['a quoted directive', '$ActionLibdbiPassword "a b"', '$ActionLibdbiPassword "[secret 1]"'],
  ['a directive in a comment', '  #$fooPwd x', '  #$fooPwd [secret 1]'],
  ['an SNMP community', '$actionsnmpCommunity public', '$actionsnmpCommunity [secret 1]'],
  ['URL userinfo', 'uristr="mongodb://u:p@w@h:27017/db"', 'uristr="mongodb://u:[secret 1]@h:27017/db"'],
  ['URL userinfo without user', 'redis://:pw@h', 'redis://:[secret 1]@h'],
  [
    'a private key',
    'x\n-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE KEY-----\ny',
    'x\n-----BEGIN RSA PRIVATE KEY-----[secret 1]-----END RSA PRIVATE KEY-----\ny',
  ],
  ['half a private key', '-----BEGIN PRIVATE KEY-----\nabc\ndef', '-----BEGIN PRIVATE KEY-----[secret 1]'],
  [
    'a token of a log service',
    'string="<%pri%>1 [0a1b2c3d-0000-1111-2222-333344445555@41058 tag] %msg%"',
    'string="<%pri%>1 [[secret 1]@41058 tag] %msg%"',
  ],
  [
    'a token at the start of a template',
    'string="0123456789abcdef0123456789abcdef <%pri%>"',
    'string="[secret 1] <%pri%>"',
  ],
  ['a comment with =', '# pwd = correct horse\nx', '# pwd = [secret 1]\nx'],
  ['a comment with :', '# the password: correct horse\nx', '# the password: [secret 1]\nx'],
  ['a commented-out parameter', '# action(pwd="a b" db="x")', '# action(pwd="[secret 1]" db="x")'],
  ['a comment with half a quote', '# pwd="a b\ny="z"', '# pwd="[secret 1]\ny="z"'],
  ['a comment after code', "x() # don't: secret = a b", "x() # don't: secret = [secret 1]"],
  ['after a stray apostrophe', "x # don't\npwd='a' b='c'", "x # don't\npwd='[secret 1]' b='c'"],
  ['CR before LF', '# password: x\r\ny\r\n', '# password: [secret 1]\r\ny\r\n'],
  ['a comparison', 'if $!token == "a" then', 'if $!token == "[secret 1]" then'],
];

test.each(HIDDEN)('hides: %s', (_, text, shown) => {
  expect(redact(text)).toBe(shown);
});

/** Left as they are. */
const SHOWN: readonly string[] = [
  'tls.myprivkey="/etc/ssl/k.pem" tls.keyFile="/k" StreamDriver.KeyFile="/k" tokenfile="/t" secretFile="/s"',
  'StreamDriverAuthMode="x509/name" authmode="anon" permittedpeer=["a","b"] StreamDriverPermittedPeers="x"',
  'bypass="on" compass="n" trespass=1 passthrough="x" cwd="/"',
  'uid="me" user="me" db="x"',
  'pwd="" password=\'\'',
  '# see the password and the secret of the token',
  'if $msg contains "password" then stop',
  'if $msg contains "password=" then { action(type="omfile" file="/x") }',
  ':msg, contains, "token:" /var/log/x',
  'property(name="token" outname="y")',
  'uristr="http://host:9200/path?x=a@b" y="mailto:a@b"',
  '$ActionQueueFileName fwd\n$PasswordFile /x',
  'if $x > 5 then *.* @@h:514;Tpl',
  'string="<b>%a%,%b%,%c%,%d%"',
  ':omusrmsg:*\n:omfile:$x;Tpl',
  '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----',
  'd41d8cd98f00b204e9800998ecf8427e is a hash',
];

test.each(SHOWN)('leaves alone: %s', text => {
  expect(redact(text)).toBe(text);
});

describe('one redactor', () => {
  test('numbers distinct secrets by first appearance, over several texts', () => {
    const both = createRedactor();
    expect(both('pwd="a" pass="b" token="a"')).toBe('pwd="[secret 1]" pass="[secret 2]" token="[secret 1]"');
    expect(both('pwd="c" pass="b"')).toBe('pwd="[secret 3]" pass="[secret 2]"');
  });

  test('is independent of another one', () => {
    createRedactor()('pwd="a"');
    expect(redact('pwd="b"')).toBe('pwd="[secret 1]"');
  });

  test('does not take a text that looks hidden for a hidden one', () => {
    const both = createRedactor();
    expect([both('pwd="[secret 2]"'), both('pwd="x"')]).toEqual(['pwd="[secret 1]"', 'pwd="[secret 2]"']);
  });
});

test('no secret value survives, whatever stands around it', () => {
  const line = fc.constantFrom(
    "# don't",
    'x="y"',
    "a='b'",
    '/* " */',
    '$Foo bar',
    '*.* @h',
    '',
    '\\',
    'a "b',
    "'",
  );
  const key = fc.constantFrom('pwd', 'sasl.password', 'TOKEN', 'api_key', 'client_secret');
  const form = fc.constantFrom(
    (k: string, s: string) => `action(${k}="${s}" b="c")`,
    (k: string, s: string) => `x(${k} = '${s}')`,
    (k: string, s: string) => `p=["${k}=${s}"]`,
    (k: string, s: string) => `# ${k}: ${s}`,
    (k: string, s: string) => `${k}=${s}`,
    (_: string, s: string) => `*.* :ommysql:h,d,u,${s};T`,
    (_: string, s: string) => `httpheaders=[\n"A: ${s}"\n,\n'B: ${s}']`,
    (k: string, s: string) => `$${k.replace(/\W/g, '')} ${s}`,
  );
  fc.assert(
    fc.property(fc.array(line), fc.array(line), key, form, (before, after, k, f) => {
      const text = [...before, f(k, 'Xyzzy-0815'), ...after].join('\n');
      expect(redact(text)).not.toContain('Xyzzy-0815');
    }),
    { numRuns: 500 },
  );
});

const MEBIBYTE = 1024 * 1024;
const PIECES = [
  'a',
  ' ',
  '\t',
  '\n',
  'password',
  'password ',
  'pwd="',
  "pwd='",
  'pwd="\'',
  '"pwd=x\n',
  '\\"pwd=x\n',
  'pwd=\\"',
  '# pwd="\n',
  "# pwd='\\\n",
  ':om',
  ':oma:',
  ':ommysql:a,b',
  ' >',
  ' >a,',
  ' >a,a,',
  '://',
  '://:',
  '://a:b',
  '://a:@',
  '$',
  '$Pwd ',
  '\n$Pwd',
  '#',
  '\n#',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN ',
  'httpheaders=[',
  'httpheaders=["a: b"',
  'httpheaders=[#',
  'token=["',
  'authorization: ',
  '--password ',
  '0123456789abcdef',
  ' 0123abcd-',
  'pwd=\n',
  'secret:',
  'pass=`',
  '\\',
  '\\\\"',
  'pwd="\\',
  "'pwd=",
  'pwd=a"',
  'passwordpwd',
];

test.each(PIECES)('1 MiB of %j is done in time that grows with its length', piece => {
  const text = piece.repeat(Math.ceil(MEBIBYTE / piece.length));
  expect(redact(text).length).toBeGreaterThan(0);
  expect(redact(`pwd="${text}`).length).toBeGreaterThan(0);
});

test.each([
  'pwd=',
  'pwd="',
  'pwd=\\"',
  '# pwd: ',
  ':ommysql:a,b,c,',
  '$Pwd ',
  'x://a:',
  '-----BEGIN PRIVATE KEY-----',
])('one value of 16 MiB after %j overflows nothing', before => {
  expect(createRedactor()(`${before}${'x'.repeat(16 * MEBIBYTE)}\n`).length).toBeGreaterThan(0);
});
