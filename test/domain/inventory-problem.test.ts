// What is refused in an inventory, and in which words. A row is `TEXT ⇒ LINE:COLUMN: MESSAGE`.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/domain/inventory.ts';
import { parseInventory } from '../../src/domain/parse-inventory.ts';
import { UserError } from '../../src/domain/user-error.ts';

const parse = (text: string): Inventory =>
  parseInventory({ text, file: 'inventory.yaml', directory: '/repo', home: '/home/ada' });

const FINGERPRINT = `SHA256:${'A'.repeat(43)}`;

function refusal(text: string): UserError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the inventory was accepted');
}

const KEYS =
  'repo, files, root, watch, unmanaged, ignore, redact, expect, max_file_size, service, ssh, servers';
const SSH_KEYS =
  'user, port, identity_file, known_hosts, host_key_policy, connect_timeout, timeout, jump, become';
const SERVER_NAME = 'a server name holds only letters, digits and . _ - : @, and does not begin with -';
const NO_SERVER = 'must be a map with at least one server, like {web1: {host: 192.0.2.10}}';

describe('what an error quotes', () => {
  const CANARY = 'canary0815';
  test.each([
    `servers: {a: {ssh: {password: ${CANARY}}}}`,
    `servers: {a: {host: "https://x:${CANARY}@h/"}}`,
    `servers: {a: {host: "//x:${CANARY}@h"}}`,
    `servers: {a: {labels: {token: [${CANARY}]}}}`,
    `servers: {a: {labels: {token: {x: ${CANARY}}}}}`,
    `servers: {a: {labels: {db_password: "${CANARY} a\nb"}}}`,
    `servers: {a: {ssh: {password: *${CANARY}}}}`,
    `servers:\n  a:\n    password: |${CANARY}\n`,
    `servers:\n  a: "x" ${CANARY}\n`,
    `password: "\\q${CANARY}"`,
    `password: ${CANARY}`,
  ])('names the place and hides the secret: %j', text => {
    const { message, hint } = refusal(text);
    expect(message).toMatch(/^inventory\.yaml:\d+:\d+: ./);
    expect(message + hint).not.toContain(CANARY);
  });

  test('a value is hidden because of its key, and shown behind another one', () => {
    expect(refusal('servers: {a: {labels: {token: 4711}}}').message).toMatch(
      /token: must be text, not \[secret 1\]; put it in quotes$/,
    );
    expect(refusal('servers: {a: {labels: {role: 4711}}}').message).toMatch(
      /role: must be text, not 4711; put it in quotes$/,
    );
  });

  test('and what it says about a key with a suspicious name stays', () => {
    expect(refusal('servers: {a: {ssh: {password: x}}}').message).toMatch(
      /ssh\.password: unknown key; allowed: user, port/,
    );
  });
});

describe('names of secrets', () => {
  test.each(['"*"', '"**"', '"._-"', '""', '"a b"', '"(a+)+$"', '5', `"${'x'.repeat(101)}"`])(
    '%s is none',
    name => {
      expect(refusal(`redact: [${name}]\nservers: {a: }`).message).toMatch(
        /^inventory\.yaml:1:10: redact\[0\]: must be the/,
      );
    },
  );

  test('are compared without case and punctuation', () => {
    const text = 'redact: [Lab_Code, "acme.*"]\nservers: {a: }';
    expect(parse(text).alsoSecret).toEqual(['labcode', 'acme*']);
  });
});

describe('one mistake, one line', () => {
  test.each([
    // The document.
    ' ⇒ 1:1: the inventory is empty; it needs at least `servers`',
    '# only a comment\n ⇒ 1:1: the inventory is empty; it needs at least `servers`',
    `- a ⇒ 1:1: must be a map, not a list; allowed keys: ${KEYS}`,
    `hello ⇒ 1:1: must be a map, not hello; allowed keys: ${KEYS}`,
    `repo: x ⇒ 1:1: servers: is missing; ${NO_SERVER}`,
    `repo: x\nservers: ⇒ 2:9: servers: ${NO_SERVER}, not nothing`,
    `servers: {} ⇒ 1:10: servers: ${NO_SERVER}, not an empty map`,
    'servers: {a: }\n---\nb ⇒ 2:1: a second YAML document begins here; an inventory is one, without `---`',
    'servers:\n  a: *b ⇒ 2:6: *b has no anchor before it; quote a text that begins with *',
    'repo: !x y\nservers: {a: } ⇒ 1:7: unknown YAML tag; quote a text that begins with !',
    // Keys.
    `srevers: {a: }\nservers: {a: } ⇒ 1:1: srevers: unknown key; allowed: ${KEYS}`,
    `servers:\n  web1:\n    ssh: {prot: 1} ⇒ 3:11: servers.web1.ssh.prot: unknown key; allowed: ${SSH_KEYS}`,
    `"a\\nb": 1\nservers: {a: } ⇒ 1:1: "a\\x0ab": unknown key; allowed: ${KEYS}`,
    `constructor: 1\nservers: {a: } ⇒ 1:1: constructor: unknown key; allowed: ${KEYS}`,
    'servers:\n  a:\n  b:\n  a: ⇒ 4:3: servers.a: stands here a second time; remove one of the two',
    'repo: a\nservers: {a: }\nrepo: b ⇒ 3:1: repo: stands here a second time; remove one of the two',
    'servers: {__proto__: {host: h}, a: } ⇒ 1:11: servers.__proto__: is not a usable key',
    'servers: {0123: } ⇒ 1:11: servers.123: is no text to YAML; put the key in quotes',
    'servers: {1.10: } ⇒ 1:11: servers."1.1": is no text to YAML; put the key in quotes',
    'servers: {a: {<<: {host: h}}} ⇒ 1:15: servers.a."<<": YAML merge keys are not supported; what stands at the top holds for every server',
    // Server names and hosts.
    `servers: {"x y": } ⇒ 1:11: servers."x y": ${SERVER_NAME}`,
    `servers: {"a,b": {host: h}} ⇒ 1:11: servers."a,b": ${SERVER_NAME}`,
    `servers: {a/b: {host: h}} ⇒ 1:11: servers."a/b": ${SERVER_NAME}`,
    `servers: {-a: {host: h}} ⇒ 1:11: servers.-a: ${SERVER_NAME}`,
    `servers: {"": {host: h}} ⇒ 1:11: servers."": ${SERVER_NAME}`,
    'servers: {a@b: } ⇒ 1:16: servers."a@b": needs a `host`, because its name is none',
    'servers: {a: h} ⇒ 1:14: servers.a: must be a map, not h; allowed keys: host, host_key, labels, ssh, files, root, watch, unmanaged, ignore, expect, max_file_size, service',
    'servers: {a: {host: -oProxyCommand=x}} ⇒ 1:21: servers.a.host: must be a host name or an address, not -oProxyCommand=x',
    'servers: {a: {host: "a b"}} ⇒ 1:21: servers.a.host: must be a host name or an address, not "a b"',
    'servers: {a: {host: me@h}} ⇒ 1:21: servers.a.host: must be a host without "@", not me@h; the login name belongs in ssh.user',
    'servers: {a: {host: "h:22"}} ⇒ 1:21: servers.a.host: must be a host without a port, which belongs in ssh.port, not "h:22"',
    'servers: {a: {host: "[::1]"}} ⇒ 1:21: servers.a.host: must be an IPv6 address without brackets, not "[::1]"',
    'servers: {a: {host: 10.5}} ⇒ 1:21: servers.a.host: must be a host name or an address, not 10.5; put it in quotes',
    'servers: {a: {host_key: MD5:00}} ⇒ 1:25: servers.a.host_key: must be a fingerprint like SHA256:…, as ssh-keygen -lf prints it, not MD5:00',
    `servers: {a: {host_key: [${FINGERPRINT}, x]}} ⇒ 1:78: servers.a.host_key[1]: must be a fingerprint like SHA256:…, as ssh-keygen -lf prints it, not x`,
    'servers: {a: {labels: {rack: 12}}} ⇒ 1:30: servers.a.labels.rack: must be text, not 12; put it in quotes',
    'servers: {a: {labels: {"a=b": x}}} ⇒ 1:24: servers.a.labels."a=b": a label name holds no space, "=" or ","',
    // ssh.
    'servers: {a: {ssh: {port: 70000}}} ⇒ 1:27: servers.a.ssh.port: must be a port number from 1 to 65535, not 70000',
    'servers: {a: {ssh: {port: 22.5}}} ⇒ 1:27: servers.a.ssh.port: must be a port number from 1 to 65535, not 22.5',
    'servers: {a: {ssh: {port: "22"}}} ⇒ 1:27: servers.a.ssh.port: must be a port number from 1 to 65535, not "22"',
    'servers: {a: {ssh: {user: -x}}} ⇒ 1:27: servers.a.ssh.user: must be a login name, not -x',
    'servers: {a: {ssh: {user: 12}}} ⇒ 1:27: servers.a.ssh.user: must be a login name, not 12; put it in quotes',
    'servers: {a: {ssh: {timeout: 10}}} ⇒ 1:30: servers.a.ssh.timeout: must be a duration like 500ms, 10s or 2m (at most 24h), not 10',
    'servers: {a: {ssh: {connect_timeout: 99h}}} ⇒ 1:38: servers.a.ssh.connect_timeout: must be a duration like 500ms, 10s or 2m (at most 24h), not 99h',
    'servers: {a: {ssh: {host_key_policy: no}}} ⇒ 1:38: servers.a.ssh.host_key_policy: must be one of yes, accept-new, not no',
    'servers: {a: {ssh: {host_key_policy: true}}} ⇒ 1:38: servers.a.ssh.host_key_policy: must be one of yes, accept-new, not true',
    'servers: {a: {ssh: {identity_file: ~bob/id}}} ⇒ 1:36: servers.a.ssh.identity_file: must be a path: absolute, below ~/ or relative to the inventory, not ~bob/id',
    'servers: {a: {ssh: {known_hosts: []}}} ⇒ 1:34: servers.a.ssh.known_hosts: must be a file, or a list of files, not an empty list',
    'servers: {a: {ssh: {known_hosts: [kh, 1]}}} ⇒ 1:39: servers.a.ssh.known_hosts[1]: must be a path: absolute, below ~/ or relative to the inventory, not 1; put it in quotes',
    'servers: {a: {ssh: {become: su}}} ⇒ 1:29: servers.a.ssh.become: must be one of none, sudo, doas, not su',
    'servers: {a: {ssh: {jump: a b}}} ⇒ 1:27: servers.a.ssh.jump: must be a server name or [user@]host[:port], or several with commas between, not a b',
    'servers: {a: {ssh: {jump: -oProxyCommand=x}}} ⇒ 1:27: servers.a.ssh.jump: must be a server name or [user@]host[:port], or several with commas between, not -oProxyCommand=x',
    'service: r syslogd\nservers: {a: } ⇒ 1:10: service: must be the name of a process, not r syslogd',
    // What is compared.
    'files: []\nservers: {a: } ⇒ 1:8: files: must be a directory of Git copies, or a list of them, not an empty list',
    'files: ""\nservers: {a: } ⇒ 1:8: files: must be a path: absolute, below ~/ or relative to the inventory, not an empty text',
    'root: etc\nservers: {a: } ⇒ 1:7: root: must be an absolute directory like /etc, without "..", not etc',
    'root: /a/../b\nservers: {a: } ⇒ 1:7: root: must be an absolute directory like /etc, without "..", not /a/../b',
    'watch: []\nservers: {a: } ⇒ 1:8: watch: must be a list of paths and globs, not an empty list',
    'watch: /etc/x\nservers: {a: } ⇒ 1:8: watch: must be a list of paths and globs, not /etc/x',
    'watch: [/a, b]\nservers: {a: } ⇒ 1:13: watch[1]: must be an absolute path, not b',
    'watch: [/a/*/b]\nservers: {a: } ⇒ 1:9: watch[0]: must be an absolute path, or a glob like /etc/rsyslog.d/*.conf, not /a/*/b; it may have wildcards in its last component only',
    'watch: ["/a/[z-b]*"]\nservers: {a: } ⇒ 1:9: watch[0]: must be an absolute path, or a glob like /etc/rsyslog.d/*.conf, not "/a/[z-b]*"; it has a bracket range that runs backwards',
    'unmanaged: foo\nservers: {a: } ⇒ 1:12: unmanaged: must be one of drift, strict, report, ignore, not foo',
    'ignore:\n  - path: /a\nservers: {a: } ⇒ 2:5: ignore[0].reason: is missing; must say in a few words why',
    'ignore: [{path: /a, reason: " "}]\nservers: {a: } ⇒ 1:29: ignore[0].reason: must say in a few words why, not " "',
    'ignore: [{path: a, reason: x}]\nservers: {a: } ⇒ 1:17: ignore[0].path: must be an absolute path, not a',
    'ignore: [{path: /a, reason: x, until: 2027-02-30}]\nservers: {a: } ⇒ 1:39: ignore[0].until: must be a date like 2027-06-30, and a day that exists, not 2027-02-30',
    'ignore: [{path: /a, reason: x, until: soon}]\nservers: {a: } ⇒ 1:39: ignore[0].until: must be a date like 2027-06-30, not soon',
    'expect: {mode: 0644}\nservers: {a: } ⇒ 1:16: expect.mode: must be an octal mode like "0644", not 0644; put it in quotes, because YAML reads 0644 as 644',
    'expect: {mode: "0888"}\nservers: {a: } ⇒ 1:16: expect.mode: must be an octal mode like "0644", not "0888"',
    'max_file_size: 1MB\nservers: {a: } ⇒ 1:16: max_file_size: must be a size from 1KiB to 64MiB, in bytes or like 512KiB, not 1MB',
    'max_file_size: 12\nservers: {a: } ⇒ 1:16: max_file_size: must be a size from 1KiB to 64MiB, in bytes or like 512KiB, not 12',
    'max_file_size: 65MiB\nservers: {a: } ⇒ 1:16: max_file_size: must be a size from 1KiB to 64MiB, in bytes or like 512KiB, not 65MiB',
    // What is shown of a value.
    `repo: " ${'x'.repeat(60)}"\nservers: {a: } ⇒ 1:7: repo: must be the name of the repository, not " ${'x'.repeat(38)}…`,
    'repo: "\u202ex\\u001b"\nservers: {a: } ⇒ 1:7: repo: must be the name of the repository, not "\\u{202e}x\\u001b"',
    'servers: {web.example.net: {ssh: {port: x}}} ⇒ 1:41: servers."web.example.net".ssh.port: must be a port number from 1 to 65535, not x',
    'ssh: &s {port: x}\nservers: {a: {ssh: *s}} ⇒ 1:16: ssh.port: must be a port number from 1 to 65535, not x\ninventory.yaml:1:16: servers.a.ssh.port: must be a port number from 1 to 65535, not x',
  ])('%j', row => {
    const [text = '', line] = row.split(' ⇒ ');
    expect(refusal(text).message).toBe(`inventory.yaml:${line}`);
  });

  test('broken YAML is placed', () => {
    expect(refusal('servers:\n\ta: 1').message).toMatch(/^inventory\.yaml:2:1: not valid YAML: Tabs /);
    expect(refusal('servers: {a: ').message).toMatch(/^inventory\.yaml:1:14: not valid YAML: /);
  });

  test('aliases that unfold to billions are refused, ones that contain themselves end', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe'].map(pair => pair.split('')))
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${of}`).join(',')}]`);
    expect(refusal(bomb.join('\n')).message).toBe(
      'inventory.yaml:1:1: aliases unfold to too much data; write it out',
    );
    expect(refusal('servers: &s {a: *s}').message).toContain('servers.a.a: unknown key');
  });
});

test.each([
  ['['.repeat(50_000), '1:101'],
  [`servers: ${'{a: '.repeat(50_000)}`, '1:410'],
  [`a: 1\n${'- '.repeat(50_000)}`, '2:201'],
  [`a: "[["\n${'? '.repeat(50_000)}`, '2:201'],
])('nesting that would overflow the stack is refused: %#', (text, place) => {
  expect(refusal(text).message).toBe(
    `inventory.yaml:${place}: nested too deeply; check the brackets and the dashes`,
  );
});

test('many brackets side by side are not deep', () => {
  const labels = Array.from({ length: 500 }, (_, index) => `a${index}: {labels: {}}`);
  expect(parse(`servers: {${labels.join(', ')}}`).servers).toHaveLength(500);
});

describe('many mistakes', () => {
  test('stand in the order of the text, whoever found them', () => {
    const { message, hint } = refusal('watch: [x]\nservers: {a: {host: -h}, a: }\nrepo: 1\n');
    expect(message.split('\n').map(line => line.split(': ')[0])).toEqual([
      'inventory.yaml:1:9',
      'inventory.yaml:2:26',
      'inventory.yaml:3:7',
    ]);
    expect(hint).toMatch(/^Correct them and run again; no server was contacted\./);
  });

  test('are counted after the tenth', () => {
    const keys = Array.from({ length: 13 }, (_, index) => `x${index}: 1\n`).join('');
    const lines = refusal(`${keys}servers: {a: }`).message.split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[10]).toBe('… and 3 more');
  });
});

test('the name of the file is escaped in messages', () => {
  expect(() => parseInventory({ text: '', file: 'a\nb', directory: '/', home: '/' })).toThrow(
    'a\\x0ab:1:1: the inventory is empty',
  );
});

test('a control character in the name of an anchor is a mistake like any other', () => {
  expect(() => parse('? &x\0 :')).toThrow('inventory.yaml:1:1: the name of an anchor');
});

test('any text is an inventory or a UserError with a place', () => {
  const word = fc.constantFrom(
    'servers',
    'ssh',
    'a',
    '&x',
    '*x',
    ':',
    ' ',
    '\n',
    '\n  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    '!',
    '? ',
    '0644',
    '<<',
    '|',
    '---\n',
    '#',
    '\t',
    '\r',
    '%',
    'ä',
    '\u0000',
    'null',
    '/etc/*',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 25 }), words => {
      try {
        parse(words.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).message).toMatch(
          /^(inventory\.yaml:\d+:\d+: .+(\n|$)|… and \d+ more$)+$/,
        );
      }
    }),
    { numRuns: 1000 },
  );
});
