// A fleet of servers that are made up: they answer at once, from the question that they are asked, as servers do.

import { sha256 } from '../../src/domain/git-copies.ts';
import { remotePath } from '../../src/domain/remote-path.ts';
import { parseWatch } from '../../src/domain/watch.ts';
import type { Fleet } from '../../src/engine/check-fleet.ts';
import type { Connection, Ports, Target } from '../../src/engine/ports.ts';
import { destinationOf } from './connecting.ts';

const ROOT = remotePath('/etc');
const WATCH = [parseWatch(remotePath('/etc/rsyslog.conf')), parseWatch(remotePath('/etc/rsyslog.d/*.conf'))];
const NAMES = ['rsyslog.conf', 'rsyslog.d/30-lab.conf', 'rsyslog.d/31-remote.conf'];
/** 1,400 bytes, as usual for such files. */
const CONTENT = '# a line of a configuration file\n'.repeat(42);

export interface MadeFleet {
  readonly fleet: Fleet;
  readonly ports: Ports;
}

/** So many servers, `s0000` and so on, with three Git copies; `drifted` of them have another first file each. */
export function madeFleet(servers: number, drifted: (server: number) => boolean = () => false): MadeFleet {
  const copies = new Map(
    NAMES.map(name => {
      const bytes = Buffer.from(`${name}\n${CONTENT}`);
      return [remotePath(`/etc/${name}`), { source: `files/${name}`, bytes, sha256: sha256(bytes) }] as const;
    }),
  );
  const scope = {
    ...({ layers: [], root: ROOT, watch: WATCH, unmanaged: 'drift', ignore: [], expect: null } as const),
    ...{ service: 'rsyslogd', maxFileSize: 1024 ** 2 },
  };
  const ssh = {
    ...({ user: 'u', port: 22, identityFile: null, knownHosts: null, hostKeyPolicy: 'yes' } as const),
    ...{ become: null, jump: null, connectTimeoutMs: 1, timeoutMs: 1 },
  };
  const targets = Array.from({ length: servers }, (_, i): Target => {
    const name = `s${String(i).padStart(4, '0')}`;
    return {
      server: { name, host: name, hostKeys: [], labels: {}, ssh, scope },
      destination: destinationOf({ host: name, port: 22, user: 'u' }),
      copies,
    };
  });
  const ports: Ports = {
    connect: async ({ host }) => connectionOf(host, drifted(Number(host.slice(1)))),
    becomePassword: async () => null,
    now: () => new Date(),
    nonce: () => '0123456789abcdef'.repeat(2),
  };
  return { fleet: { repo: 'rsyslog', git: async () => null, targets, rules: [], warnings: [] }, ports };
}

const METADATA = '1776000000 0644 0 0 root:root';

/** Answers the probe's question with what it has: the Git copies, but for the first one if the server has drifted. */
function connectionOf(name: string, drifted: boolean): Connection {
  return {
    warnings: [],
    exec: async command => {
      const nonce = /' '(\w{32}) /.exec(command)?.[1] ?? '';
      const records = NAMES.map((file, i): string => {
        const content = `${file}\n${CONTENT}${drifted && i === 0 ? `# by hand on ${name}\n` : ''}`;
        const head = `F ${i + 1} file ${sha256(Buffer.from(content))} ${content.length} ${METADATA}`;
        return drifted && i === 0 ? `${head}\n${nonce} D ${content}\n${nonce} E 0` : head;
      });
      const all = ['BEGIN 1', 'G 0 listed', ...records, 'END sha256sum', ''];
      const stdout = Buffer.from(all.map(record => `\n${nonce} ${record}`).join(''));
      return { stdout, stderr: Buffer.alloc(0), exitCode: 0 };
    },
    sftp: async () => null,
    hold: () => () => undefined,
    rest: () => () => undefined,
    close: () => undefined,
  };
}
