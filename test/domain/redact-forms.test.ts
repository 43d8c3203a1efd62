// What is hidden because of its form, or of the program whose file it is. XYZ stands for what must not be seen.

import { expect, test } from 'vitest';
import { createRedactor, hideSecrets } from '../../src/domain/redact.ts';

const redact = (text: string): string => createRedactor()(text);

const KEY = 'XYZ0f3a9b8c7d6e5f4a3';

const HIDDEN: Readonly<Record<string, readonly string[]>> = {
  keys: [
    'psk="XYZ"',
    'psk=XYZ',
    'wpa-psk XYZ',
    'PresharedKey = XYZ',
    ': PSK "XYZ"',
    `key="${KEY}" x`,
    ` key: ${KEY}`,
    `hmac.key = "${KEY}"`,
    `auth=${KEY}`,
    'auth="me:XYZ" x',
    'bindpw XYZ',
    'rootpw {SSHA}XYZ',
    'olcRootPW: XYZ',
    'userPassword:: XYZ',
    'ldap_default_authtok = XYZ',
    'masterauth XYZ',
    'cookie: session=XYZ',
    'confParam=["a=b", "ssl.key.pem=XYZ"]',
    String.raw`string="{\"token\":\"XYZ\",\"msg\":\"%msg%\"}"`,
    'action(pwd=/* the old one */ "XYZ")',
    'action(pwd= # the old one\n "XYZ")',
    '<password type="plain">XYZ</password>',
    '<Password>\n  XYZ\n</Password>',
  ],
  'rsyslog, module by module': [
    'module(load="mmkubernetes" token="XYZ")',
    'input(type="imrelp" port="2514" tls.mypassword="XYZ")',
    'global(environment=["PGPASSWORD=XYZ", "A=b"])',
    'action(type="omhttp" restpath="services/collector?token=XYZ&x=y")',
    'action(type="omhttp" httpheaders=[\n "Authorization: Splunk XYZ",\n "X-Key: XYZ"\n])',
    'action(type="omelasticsearch" uid="a" pwd="XYZ")',
    'action(type="omkafka" confParam=[\n "compression.codec=lz4",\n "sasl.password=XYZ"])',
    'action(type="omamqp1" username="a" password="XYZ")',
    'action(type="omrabbitmq" user="a" password="XYZ")',
    'action(type="omhiredis" serverpassword="XYZ")',
    'action(type="ompgsql" conninfo="postgresql://u:XYZ@h/db")',
    'action(type="ompgsql" pass="XYZ")',
    'action(type="omsnmp" community="XYZ")',
    '*.* :ommysql:h,db,u,XYZ;T',
    '*.* :omlibdbi:h,db,u,XYZ',
    '$actionsnmpcommunity XYZ',
    '$ActionLibdbiPassword XYZ',
    'template(name="t" type="list") { constant(value="Authorization: Splunk XYZ") }',
    'set $.apikey = "XYZ";',
    'set $.apikey = "a" & "XYZ" &\n  $!x & "XYZ";',
    'if $!token != "XYZ" then stop',
    "if $.apikey <> 'XYZ' then stop",
    'if $!token startswith "XYZ" then stop',
    'if not ($!headers!authorization contains_i "XYZ") then stop',
    'action(type="omelasticsearch" server=["u:XYZ@h", "u:XYZ@h:9200"])',
    `template(name="t" type="string" string="Bearer ${KEY}")`,
    'set $.h = "Basic XYZpYXNzd29yZA==";',
    // What services tell their customers to write.
    `string="<%pri%>%protocol-version% %hostname% [${KEY}/aB+0c==@41123] %msg%"`,
    'string="[XYZtQDtWjDOMcHXHGGNrnRgkEMxCDuiO] <%pri%>%protocol-version%"',
    'string="eu01xxXYZ0123456789abcdef0123456789aNRAL <%pri%>1 %msg%"',
    `string="${KEY}-0a1b <%pri%>1 %msg%"`,
  ],
  URLs: [
    'https://u:pa/XYZ@host/x',
    'https://u:p@XYZ@host/x',
    'smtp://u@h:XYZ@relay',
    'proxy="http://u:XYZ@h:3128"',
    'x="//u:XYZ@h/"',
    `https://${KEY}@github.example.net/a/b.git`,
    `https://${KEY}:@host/x`,
    'https://XYZ:x-oauth-basic@host/x',
    'amqp://XYZ:@h',
    `https://h/x?sig=${KEY}&b=c`,
    'https://hooks.slack.com/services/T000/B000/XYZ',
    `restpath="/v1/input/${KEY}"`,
    `restpath="receiver/v1/http/${KEY}=="`,
    'https://api.telegram.org/bot123456789:AAEXYZpRs0tUvWxYz0123456789abcdefgh/sendMessage',
    'https://x.webhook.office.com/webhookb2/1@2/IncomingWebhook/XYZ/3',
  ],
  'command lines': [
    'binary="/usr/bin/curl -u me:XYZ -d @- https://h/"',
    'curl --user me:XYZ https://h',
    'curl -sSu me:XYZ https://h',
    'curl -ume:XYZ https://h',
    'curl -u "me:XYZ a" https://h',
    String.raw`binary="/usr/bin/curl -u \"me:XYZ a\" https://h/"`,
    'curl -s https://h \\\n  --user=me:XYZ',
    'curl --proxy-user me:XYZ https://h',
    'curl --oauth2-bearer XYZ https://h',
    "curl -H 'X-Api-Key: XYZ' https://h",
    'sshpass -p XYZ ssh h',
    'mysql -u me -pXYZ db',
    'snmpget -v2c -c XYZ h',
    'redis-cli -a XYZ ping',
    "ldapsearch -x -w 'XYZ b' -b c",
    'openssl rsa -passin pass:XYZ',
  ],
  'lines of logins': [
    'machine h login u password XYZ',
    'machine h login u password XYZ account a',
    'default login a password XYZ',
    'username admin privilege 15 secret 5 XYZ',
    'com2sec readonly default XYZ',
    'trap2sink h XYZ',
    'createUser u SHA "XYZ" AES XYZ',
    'rocommunity XYZ 10.0.0.0/8',
    '# the password of the old account: XYZhunter2',
    '; the secret for mail is XYZhunter2, they say',
  ],
  SQL: [
    "INSERT INTO x VALUES ('a', PASSWORD='it''s XYZ')",
    'pwd="a""XYZ"',
    "ALTER ROLE x WITH ENCRYPTED PASSWORD 'it''s XYZ';",
    "CREATE USER 'x'@'h' IDENTIFIED BY 'it''s XYZ';",
    "CREATE USER x IDENTIFIED WITH mysql_native_password BY 'XYZ';",
    "SET PASSWORD FOR x = 'XYZ'",
  ],
  YAML: [
    'password:\n  XYZ\nother: x',
    'a:\n  - token: >-\n      XYZ\n      XYZ\n  - b',
    'password: |\n  XYZ\n\n  XYZ\nother: x',
    '"password":\n    "XYZ"',
    'token:\n  - XYZ\n  - XYZ\nb: c',
    'password: # by hand\n  XYZ',
  ],
  'by their look': [
    'ghp_XYZabc0123456789abcdef0123456789abcd',
    'github_pat_XYZabc0123456789abcdef0123456789abcd',
    'glpat-XYZabc0123456789abc',
    'xoxb-XYZ123456789-abcdefghij',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NXYZwIn0.XYZ_dBjftJeZ4CVPmB92K27uhbUJU1',
    'root:$6$XYZ$XYZXYZXYZXYZXYZXYZXYZXYZXYZ:19000:0',
    'u:$apr1$XYZ$XYZabcdefghijklmnop/.',
    '{SSHA}XYZabcdefghijklmnop',
    '-----BEGIN OpenVPN Static key V1-----\nXYZ\n-----END OpenVPN Static key V1-----',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----\nXYZ\n-----END PGP PRIVATE KEY BLOCK-----',
    'Private-Lines: 1\nXYZ\nPrivate-MAC: 00',
  ],
};

test.each(Object.entries(HIDDEN).flatMap(([group, texts]) => texts.map(text => [group, text] as const)))(
  '%s: %j',
  (_, text) => {
    expect(text).toContain('XYZ');
    expect(redact(text)).not.toContain('XYZ');
  },
);

/** What must be readable after something was hidden, as a reader needs it to find the place. */
test.each([
  ['curl -u me:XYZ https://h', 'curl -u me:[secret 1] https://h'],
  ['machine h login u password XYZ account a', 'machine h login u password [secret 1] account a'],
  ['https://u:pa/XYZ@host/x', 'https://u:[secret 1]@host/x'],
  ['password: |\n  a\n  b\nother: x', 'password: [secret 1]\n  [secret 2]\n  [secret 3]\nother: x'],
  ['a: 1\npassword:\n  user: me\n  pin: x\n', 'a: 1\npassword:\n  user: me\n  pin: x\n'],
  ["x IDENTIFIED BY 'it''s' REQUIRE SSL", "x IDENTIFIED BY '[secret 1]' REQUIRE SSL"],
  ["pass='it''s' db='x'", "pass='[secret 1]' db='x'"],
  ['pwd="" db="x"', 'pwd="" db="x"'],
])('of %j nothing else is hidden', (text, shown) => {
  expect(redact(text)).toBe(shown);
});

/** Left as they are: the names and words of real configurations that are near to a rule. */
const SHOWN: readonly string[] = [
  // rsyslog
  '$ActionFileDefaultTemplate RSYSLOG_TraditionalFileFormat',
  '$ActionSendStreamDriverAuthMode x509/name',
  '$DefaultNetstreamDriverKeyFile /etc/ssl/private/key.pem',
  'global(defaultNetstreamDriverKeyFile="/etc/k.pem" defaultNetstreamDriverCAFile="/etc/ca.pem")',
  'StreamDriver.CertFile="/etc/c.pem" StreamDriver.KeyFile="/etc/k.pem" keyfile="/x" key_file=/x',
  'queue.filename="fwdRule1" queue.type="LinkedList" queue.maxDiskSpace="1g"',
  'tls.mycert="/c" tls.myprivkey="/k" tls.authmode="name" tls.cacert="/ca"',
  'auth,authpriv.* /var/log/auth.log\n*.*;auth,authpriv.none -/var/log/syslog',
  'if $programname == "sshd" and $msg contains "Failed password for" then stop',
  ':msg, contains, "pam_unix(sudo:auth)" stop',
  'if $msg contains "key=" then stop',
  'property(name="$!key" outname="key")\nforeach ($.key in $!keys) do { }',
  'action(type="omkafka" topic="t" key="web-logs" dynakey="on" partitions.auto="on")',
  'action(type="mmdblookup" key="!clientip" mmdbfile="/x" fields=["a"])',
  'action(type="omhiredis" mode="publish" key="app:queue" server="h")',
  'template(name="t" type="string" string="%msg:::sp-if-no-1st-sp%%msg:::drop-last-lf%\\n")',
  'module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.AuthMode="x509/name" PermittedPeer=["*.example.net"])',
  // words about secrets
  '# The password is in the vault',
  '# Passwords are managed by the vault team, see wiki',
  '# TODO: rotate the token every 90 days',
  '# password policy: see wiki\n# token expires: 2027-06-30\n# the secret is in /etc/x1/passwords2',
  '# authentication failures go to auth.log',
  // other programs
  'password required pam_unix.so\npassword   requisite pam_deny.so',
  'password\t[success=1 default=ignore]\tpam_unix.so obscure',
  'passwd: files systemd\nshadow: files\npasswd:         compat\ngroup: files',
  'PasswordAuthentication no\nPermitEmptyPasswords no\nAuthorizedKeysFile .ssh/authorized_keys',
  'ssl_certificate_key /etc/ssl/k.pem;\nkey_mgmt=WPA-PSK\nkey_buffer_size = 16M',
  'primary_key: id\npublic_key: x\nkeyboard: us\nmonkey="banana"\nkeyspace="x"',
  'token_type: bearer\ntokens: 5\ntoken_ttl = 3600\npassword_file = /x\nauth_file=/x',
  'Bearer tokens and Basic authentication, Splunk 9.1.2, Basic /etc/x1/passwords2',
  'inputs/server01-application-logs hooks/pre-receive bulk/2026-04-21',
  'image: "nginx:1.2" "mailto:a@b" "sip:a@b" "%a%:%b%@c"',
  'string="%pri% application-server-01 %msg%" string="[exampleSDID@32473 a=\\"b\\"] <%pri%>"',
  'if $!token == "" or $msg contains "x" and $!user != "me" then stop',
  'auth = pam\nauth=plain\nauthmode="anon"',
  // URLs and addresses
  'https://host/path?x=a@b mailto:a@b git@github.com:a/b.git',
  'ssh://git@github.com/a/b sftp://backup@host/x ftp://anonymous@host amqp://guest@h https://me@host/x',
  'http://host:9200/path@x http://[::1]:9200/a@b ssh://git@host:22/x',
  // command lines
  'curl -u me https://h\ncurl -s https://h/x\ncurl --user-agent a:b https://h',
  'logger -u /dev/log -p local0.info hi\nsort -u a:b\ndate -u +%H:%M',
  'sshd -p 22\nmkdir -p /var/log\nmysql -p db\nrun -c x -p y',
  // hashes of contents are no passwords
  'commit 9f8e7d6c5b4a39281706f5e4d3c2b1a098765432\nsha256:d41d8cd98f00b204e9800998ecf8427e',
];

test.each(SHOWN)('leaves alone: %j', text => {
  expect(redact(text)).toBe(text);
});

test('names from the inventory, with * for any characters', () => {
  const own = createRedactor(['labcode', 'acme*']);
  const text = 'lab_code="a"\n$LabCode b\nAcme.Pin = c\nacme: d\nlab_codex="e" xacme="f"';
  expect(own(text)).toBe(
    'lab_code="[secret 1]"\n$LabCode [secret 2]\nAcme.Pin = [secret 3]\nacme: [secret 4]\nlab_codex="e" xacme="f"',
  );
});

test.each(Object.values(HIDDEN).flat())('hiding twice is hiding once: %j', text => {
  const once = hideSecrets(text);
  expect(once).not.toContain('XYZ');
  expect(hideSecrets(once)).toBe(once);
});

const MEBIBYTE = 1024 * 1024;

test.each([
  'curl ',
  'curl -u a:b\\\n',
  "curl -u 'a:",
  'curl -u a ',
  'mysql ',
  '# password is ',
  '#password ',
  '# token a1',
  'mysql -p',
  '//a:b',
  '//a:b/',
  '//a:',
  '//a@',
  '//',
  'login a password ',
  'login a ',
  "password 'a",
  'password "',
  '<password>',
  '<password ',
  'password:\n',
  'password:\n ',
  ' password: |\n',
  '- ',
  "IDENTIFIED BY '",
  'IDENTIFIED ',
  'PASSWORD FOR x',
  'eyJaaaaaaaaa.',
  '$6$a',
  'com2sec a b ',
  'trapsink a ',
  '?key=',
  '&sig=aaaaaaaaa',
  'Private-Lines: 1\n',
  "pwd='a''",
  "pwd='a'' ",
  'createUser a SHA x',
  'key=a1',
  'pwd=/*',
  'pwd=#\n',
  String.raw`\"token\":`,
])('1 MiB of %j is done in time that grows with its length', piece => {
  const text = piece.repeat(Math.ceil(MEBIBYTE / piece.length));
  expect(redact(text).length).toBeGreaterThan(0);
  expect(redact(`pwd='${text}`).length).toBeGreaterThan(0);
});

test.each([
  '<password>',
  'curl -u a:',
  '//a:b/',
  'login a password ',
  "IDENTIFIED BY '",
  'password:\n ',
  '?key=',
  'key=',
])('one value of 16 MiB after %j overflows nothing', before => {
  expect(redact(`${before}${'x1'.repeat(8 * MEBIBYTE)}\n`).length).toBeGreaterThan(0);
});
