import { parseByteSize } from '../../../src/domain/byte-size.ts';
import { parseDuration } from '../../../src/domain/duration.ts';
import { ignorePath } from '../../../src/domain/ignore-path.ts';
import { isJumpList, parseJumps } from '../../../src/domain/jump-spec.ts';
import { parseListenAddress, urlOf } from '../../../src/domain/listen-address.ts';
import { parseInventory } from '../../../src/domain/parse-inventory.ts';
import { fromBytes, remotePath } from '../../../src/domain/remote-path.ts';
import { parseShard, shareOf } from '../../../src/domain/shard.ts';
import { readSshConfig } from '../../../src/domain/ssh-config.ts';
import {
  matchesPattern,
  matchesWatch,
  parseWatch,
  watchProblem,
  watchText,
} from '../../../src/domain/watch.ts';
import { must, refusable, same, type Target } from '../target.ts';

const INVENTORY = `repo: rsyslog
files: [files, more]
root: /etc
watch: [/etc/rsyslog.conf, "/etc/rsyslog.d/*.conf"]
unmanaged: drift
ignore:
  - {path: /etc/rsyslog.d/20-ufw.conf, reason: "shipped", until: 2027-06-30}
expect: {owner: root, group: root, mode: "0644"}
ssh: &ssh {user: deploy, port: 22, identity_file: ~/.ssh/id, jump: a@b:2,c, become: sudo, connect_timeout: 10s}
max_file_size: 512KiB
servers:
  web1:
  relay.example.net: {host: 192.0.2.10, ssh: {<<: *ssh, port: 2222}, labels: {role: relay}}
`;

/** Text of an inventory: an inventory, or a UserError with a place. */
export const inventoryTarget: Target = {
  name: 'inventory',
  seeds: [
    INVENTORY,
    'servers:\n  web1:\n',
    '{"servers": {"a": {"host": "b"}}}',
    'servers: [\n',
    'a: |\x1b\n',
    'a: *x\x1b\n',
  ],
  words: [
    ...[
      'servers:',
      'host: ',
      'ssh: ',
      '&a ',
      '*a',
      '<<: ',
      '!!binary ',
      '!!js/function ',
      '- ',
      '? ',
      '| ',
      '---\n',
      '"',
      "'",
      '{',
      '[',
      '\t',
    ],
    ...[
      '__proto__: ',
      '*\x1b',
      '!\x1b ',
      '"\\\x1b"',
      'constructor: ',
      '0644',
      '1e999',
      '.nan',
      '~',
      '2027-02-30',
      '/etc/*/x',
      '%YAML 1.1\n',
      '\u00e2\u0080\u00ae',
    ],
  ],
  run: input => {
    const source = {
      text: input.toString('utf8'),
      file: 'inventory.yaml',
      directory: '/repo',
      home: '/home/ada',
    };
    const inventory = refusable(() => parseInventory(source));
    if (inventory === null) return;
    must(inventory.servers.length > 0, () => 'an inventory of nothing');
    must(
      new Set(inventory.servers.map(({ name }) => name)).size === inventory.servers.length,
      () => 'a server twice',
    );
    for (const { scope, ssh } of inventory.servers) {
      for (const layer of scope.layers) must(layer.startsWith('/'), () => `layer ${layer}`);
      for (const watch of scope.watch) must(watchText(watch).startsWith('/'), () => 'a relative watch');
      must(ssh.port === null || (ssh.port > 0 && ssh.port < 65536), () => `port ${ssh.port}`);
      must(ssh.jump === null || ssh.jump === 'none' || isJumpList(ssh.jump), () => `jump ${ssh.jump}`);
    }
    same(
      refusable(() => parseInventory(source)),
      inventory,
      'reading twice',
    );
  },
};

const LOCAL = {
  ...{ home: '/home/ada', userName: 'ada', uid: 1000, hostName: 'desk.example.net', cwd: '/repo' },
  env: { SSH_AUTH_SOCK: '/run/agent', NAME: 'value' },
};

/** The output of `ssh -G`. */
export const sshConfigTarget: Target = {
  name: 'ssh-config',
  seeds: [
    'hostname web.example.net\nuser deploy\nport 22\nidentityfile ~/.ssh/id_%h_%C\nuserknownhostsfile /a b /c\nproxyjump a,b\n',
    'hostname ::1\nproxycommand nc %h %p %%\nidentityagent $NAME\nstricthostkeychecking false\nconnecttimeout 10\nrevokedhostkeys none\n',
    'pubkeyauthentication false\ncertificatefile $' +
      '{NAME}/x\nbindaddress ::\naddressfamily inet6\nhostkeyalias x\n',
  ],
  words: [
    '%',
    '%d',
    '%k',
    '${',
    '}',
    '~',
    '~root/',
    'none',
    'proxyusefdpass yes\n',
    'identityfile ',
    'port -1\n',
    '\x1b[2J',
  ],
  run: input => {
    const config = refusable(() => readSshConfig(input.toString('utf8'), 'web', LOCAL));
    if (config === null) return;
    const paths = [
      ...config.knownHostsFiles,
      ...config.identityFiles.map(({ path }) => path),
      ...config.certificateFiles,
      ...(config.revokedHostKeys === null ? [] : [config.revokedHostKeys]),
    ];
    for (const path of paths) must(path.startsWith('/'), () => `a relative path: ${path}`);
    must(
      config.connectTimeoutMs === null || config.connectTimeoutMs >= 0,
      () => `timeout ${config.connectTimeoutMs}`,
    );
    must(
      Number.isInteger(config.port) && config.port > 0 && config.port < 65536,
      () => `port ${config.port}`,
    );
  },
};

/** Jump hosts, whose parts a shell may come to see. */
export const jumpTarget: Target = {
  name: 'jump',
  seeds: ['ada@bastion:2222,ssh://b@[2001:db8::1]:22/,c', 'none', '[fe80::1%eth0]'],
  words: ['ssh://', '@', ',', ':', '[', ']', ':65536', ';', '$(', '-o', '%', '\u00c3\u00bc'],
  run: input => {
    const text = input.toString('utf8');
    const hops = refusable(() => parseJumps(text));
    must(hops !== null || !isJumpList(text), () => 'a list that cannot be read');
    for (const { host, user, port } of hops ?? []) {
      must(!/[\s'"`$;&<>|(){},/\p{Cc}]/u.test(`${host}${user ?? ''}`), () => `what a shell reads: ${host}`);
      must(!/^-/.test(host) && !/^-/.test(user ?? ''), () => `what looks like an option: ${host}`);
      must(port === null || (port > 0 && port < 65536), () => `port ${port}`);
      const name = host.includes(':') ? `[${host}]` : host;
      const written = `${user === null ? '' : `${user}@`}${name}${port === null ? '' : `:${port}`}`;
      same(parseJumps(written), [{ host, user, port }], 'written and read again');
    }
  },
};

/** Watched paths and globs against names of files, one a line. */
export const watchTarget: Target = {
  name: 'watch',
  seeds: [
    '/etc/rsyslog.d/*.conf\nrsyslog.d/10.conf',
    '/etc/x[a-f0-9]?\nxa1',
    '/a\na',
    '/*\n.x',
    '/etc/[!a-c]x\ndx',
  ],
  words: ['*', '?', '[a-z]', '[!', ']', '[z-a]', '../', '/', '.', '\\', '(?', '\xff', '\xc3\xbc'],
  run: input => {
    const [path = '', name = ''] = input.toString('utf8', 0, 300).split('\n');
    if (watchProblem(path) === null) {
      const watch = parseWatch(remotePath(path));
      must(watchText(watch) === remotePath(path), () => 'written otherwise than read');
      const full = fromBytes(Buffer.from(`${path.slice(0, path.lastIndexOf('/'))}/${name}`));
      const last = path.slice(path.lastIndexOf('/') + 1);
      // A glob never finds what lies deeper or hides.
      if (watch.kind === 'glob' && matchesWatch(watch, full)) {
        must(!name.includes('/'), () => `${path} finds ${name}`);
        must(!name.startsWith('.') || last.startsWith('.'), () => `${path} finds the hidden ${name}`);
      }
    }
    // Names of found files are bytes.
    const bytes = input.toString('latin1', 0, 300).split('\n')[1] ?? '';
    if (!/^[^/\0]+$/.test(bytes) || /^\.\.?$/.test(bytes)) return;
    // Whatever is found, a rule can name it.
    const found = fromBytes(Buffer.concat([Buffer.from('/etc/'), Buffer.from(bytes, 'latin1')]));
    const rule = ignorePath(found);
    must(watchProblem(rule) === null, () => `${rule}: ${watchProblem(rule)}`);
    must(matchesWatch(parseWatch(remotePath(rule)), found), () => `${rule} does not find ${found}`);
    must(matchesPattern('*', bytes) === !bytes.startsWith('.'), () => `* and ${bytes}`);
  },
};

/** Small texts of the command line. */
export const optionTarget: Target = {
  name: 'option',
  seeds: ['10s', '1.5m', '512KiB', '2/4', '127.0.0.1:8080', '[::1]:0', '999999999h'],
  words: ['ms', 'KiB', '/', ':', '[', '1e9', '0x10', '-'],
  run: input => {
    const text = input.toString('utf8');
    const duration = parseDuration(text);
    must(
      duration === null || (Number.isInteger(duration) && duration >= 1 && duration <= 86_400_000),
      () => `${duration} ms`,
    );
    const size = parseByteSize(text);
    must(size === null || Number.isSafeInteger(size), () => `${size} bytes`);
    const shard = parseShard(text);
    if (shard)
      must(shareOf(text, shard.of) <= shard.of && shard.index <= shard.of, () => 'a share of nothing');
    const address = refusable(() => parseListenAddress(text));
    if (address)
      same(parseListenAddress(urlOf(address).slice('http://'.length)), address, 'written and read again');
  },
};
