import { describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/domain/inventory.ts';
import { parseInventory } from '../../src/domain/parse-inventory.ts';

const parse = (text: string): Inventory =>
  parseInventory({ text, file: 'inventory.yaml', directory: '/repo', home: '/home/ada' });

const scopeOf = (text: string) => parse(text).servers[0]!.scope;
const sshOf = (text: string) => parse(text).servers[0]!.ssh;

const DEFAULT_WATCH = [
  { kind: 'path', path: '/etc/rsyslog.conf' },
  { kind: 'glob', directory: '/etc/rsyslog.d', pattern: '*.conf' },
];

const FINGERPRINT = `SHA256:${'A'.repeat(43)}`;

describe('what an inventory means', () => {
  test('the smallest one: a server whose name is its host, everything else by default', () => {
    expect(parse('servers:\n  web1:\n')).toEqual({
      repo: null,
      alsoSecret: [],
      servers: [
        {
          name: 'web1',
          host: 'web1',
          hostKeys: [],
          labels: {},
          ssh: {
            user: null,
            port: null,
            identityFile: null,
            knownHosts: null,
            hostKeyPolicy: null,
            jump: null,
            become: null,
            connectTimeoutMs: null,
            timeoutMs: 30_000,
          },
          scope: {
            layers: ['/repo/files'],
            root: '/etc',
            watch: DEFAULT_WATCH,
            unmanaged: 'drift',
            ignore: [],
            expect: null,
            maxFileSize: 1_048_576,
            service: 'rsyslogd',
            filesPosition: 'inventory.yaml:1:1',
          },
        },
      ],
    });
  });

  test('every key for all servers', () => {
    const inventory = parse(
      `
$schema: ./schema.json
repo: rsyslog
files: [files, ../more]
root: /opt//app/
watch: [/opt/app/a.conf, /opt/app/a.conf, /var/x/*.c]
unmanaged: strict
ignore:
  - path: /opt/app/b.conf
    reason: |
      shipped
      by ufw
    until: 2027-06-30
expect: {owner: root, mode: "644"}
max_file_size: 512KiB
ssh: {user: deploy, port: 2200, identity_file: ~/.ssh/id, known_hosts: [kh, /etc/kh], host_key_policy: accept-new, connect_timeout: 500ms, timeout: 2m}
servers: {a: }
`,
    );
    expect(inventory.repo).toBe('rsyslog');
    expect(inventory.servers[0]).toMatchObject({
      ssh: {
        user: 'deploy',
        port: 2200,
        identityFile: '/home/ada/.ssh/id',
        knownHosts: ['/repo/kh', '/etc/kh'],
        hostKeyPolicy: 'accept-new',
        become: null,
        connectTimeoutMs: 500,
        timeoutMs: 120_000,
      },
      scope: {
        layers: ['/repo/files', '/more'],
        root: '/opt/app',
        watch: [
          { kind: 'path', path: '/opt/app/a.conf' },
          { kind: 'glob', directory: '/var/x', pattern: '*.c' },
        ],
        unmanaged: 'strict',
        ignore: [
          {
            watch: { kind: 'path', path: '/opt/app/b.conf' },
            reason: 'shipped by ufw',
            until: '2027-06-30',
          },
        ],
        expect: { owner: 'root', group: null, mode: '0644' },
        maxFileSize: 524_288,
        filesPosition: 'inventory.yaml:4:8',
      },
    });
  });

  test('what a server says wins: ssh and expect key by key, ignore is added, the rest is replaced', () => {
    const [server] = parse(`
files: files
ignore: [{path: /etc/a, reason: one}]
expect: {owner: root, mode: "0644"}
ssh: {user: deploy, port: 2200, known_hosts: kh}
servers:
  relay:
    host: 192.0.2.1
    host_key: [${FINGERPRINT}=]
    labels: {role: relay}
    ssh: {port: 22}
    files: [files, overlays/relay]
    root: /
    watch: [/srv/x]
    unmanaged: report
    ignore: [{path: /etc/b, reason: two}]
    expect: {mode: "0600"}
    max_file_size: 2048
    service: nginx
`).servers;
    expect(server).toEqual({
      name: 'relay',
      host: '192.0.2.1',
      hostKeys: [FINGERPRINT],
      labels: { role: 'relay' },
      ssh: {
        user: 'deploy',
        port: 22,
        identityFile: null,
        knownHosts: ['/repo/kh'],
        hostKeyPolicy: null,
        jump: null,
        become: null,
        connectTimeoutMs: null,
        timeoutMs: 30_000,
      },
      scope: {
        layers: ['/repo/files', '/repo/overlays/relay'],
        root: '/',
        watch: [{ kind: 'path', path: '/srv/x' }],
        unmanaged: 'report',
        ignore: [
          { watch: { kind: 'path', path: '/etc/a' }, reason: 'one', until: null },
          { watch: { kind: 'path', path: '/etc/b' }, reason: 'two', until: null },
        ],
        expect: { owner: 'root', group: null, mode: '0600' },
        maxFileSize: 2048,
        service: 'nginx',
        filesPosition: 'inventory.yaml:12:12',
      },
    });
  });

  test('servers are sorted by the bytes of their names', () => {
    const names = parse('servers: {b: , "10": , a: , B: , ä: , a-1: , a.1: , 9: }').servers.map(s => s.name);
    expect(names).toEqual(['10', '9', 'B', 'a', 'a-1', 'a.1', 'b', 'ä']);
  });

  test('ten thousand servers are no trouble', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `  web${index}: {files: [f${index}]}`);
    const { servers } = parse(`servers:\n${lines.join('\n')}`);
    expect(servers.find(s => s.name === 'web9999')?.scope.filesPosition).toBe('inventory.yaml:10001:20');
  });

  test('paths on servers are bytes: a watch with ä is its UTF-8', () => {
    expect(scopeOf('watch: [/etc/ä.conf]\nservers: {a: }').watch).toEqual([
      { kind: 'path', path: '/etc/Ã¤.conf' },
    ]);
  });

  test('aliases, Windows line ends and an empty expect are fine', () => {
    expect(sshOf('servers:\r\n  a: &x {host: h, ssh: {port: 23}}\r\n  b: *x\r\n').port).toBe(23);
    expect(scopeOf('expect: {}\nservers: {a: }').expect).toBeNull();
  });

  test('`host_key_policy: yes` is the word yes, as YAML 1.2 has it', () => {
    expect(sshOf('ssh: {host_key_policy: yes}\nservers: {a: }').hostKeyPolicy).toBe('yes');
  });

  test.each(['::1', 'fe80::1%eth0', 'relay-1.example.net', 'my_host', 'bücher.example'])(
    '%s is a host',
    host => {
      expect(parse(`servers: {a: {host: "${host}"}}`).servers[0]?.host).toBe(host);
    },
  );
});
