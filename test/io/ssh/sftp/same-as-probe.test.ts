// The same tree, asked by the probe and by SFTP on one connection: the two snapshots have to be equal.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../../../src/domain/git-copies.ts';
import type { Question } from '../../../../src/domain/probe/question.ts';
import { showPath } from '../../../../src/domain/remote-path.ts';
import type { RemoteFile, Snapshot } from '../../../../src/domain/snapshot.ts';
import { isFailure } from '../../../../src/engine/ports.ts';
import { takeSftpSnapshot } from '../../../../src/engine/take-sftp-snapshot.ts';
import { takeSnapshot } from '../../../../src/engine/take-snapshot.ts';
import { connectTo, destinationOf } from '../../../support/connecting.ts';
import { needsOwnEtc } from '../../../support/programs.ts';
import { globOf, pathOf, question } from '../../../support/run-probe.ts';
import { type Sshd, startSshd } from '../../../support/sshd.ts';
import type { Entry, Tree } from '../../../support/tree.ts';

const real = needsOwnEtc();

type User = 'root' | 'deploy';

/** Both snapshots as text that can be compared; what the probe calls UNKNOWN has no name over SFTP. */
function show({ files, listings }: Snapshot): readonly string[] {
  const file = (remote: RemoteFile): string =>
    JSON.stringify(
      remote.kind !== 'file'
        ? remote
        : { ...remote, bytes: remote.bytes && sha256(remote.bytes), size: remote.size },
    ).replaceAll('"UNKNOWN"', 'null');
  return [
    ...[...files].map(([path, remote]) => `${showPath(path)} ${file(remote)}`).sort(),
    ...[...listings].map(([glob, listing]) => `${showPath(glob)} ${listing}`),
  ];
}

let nonces = 0;

async function bothWays(sshd: Sshd, user: User, asked: Question) {
  const { host, port, knownHosts, identityFile } = sshd;
  const reach = { host, port, user, knownHosts, identityFile };
  const connection = await connectTo(reach);
  if (isFailure(connection)) throw new Error(connection.code);
  try {
    const probe = await takeSnapshot(connection, asked, {
      destination: destinationOf(reach),
      ports: { nonce: () => (nonces++).toString(16).padStart(32, '0'), becomePassword: async () => null },
    });
    const sftp = await connection.sftp(files => takeSftpSnapshot(files, asked));
    if (isFailure(probe) || sftp === null || isFailure(sftp)) throw new Error(JSON.stringify([probe, sftp]));
    expect(probe.warnings).toEqual([]);
    return { probe: show(probe.snapshot), sftp: show(sftp) };
  } finally {
    connection.close();
  }
}

real.describe('SFTP and the probe say the same', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());

  const NAMES = [
    ...['a b.conf', "it's.conf", '$HOME.conf', '`id`.conf', '*.conf', '-n.conf', 'a\\nb.conf', 'ü.conf'],
    ...[
      'new\nline.conf',
      'cr\r.conf',
      'tab\t.conf',
      '.hidden.conf',
      'upper.CONF',
      'no',
      `${'n'.repeat(250)}.conf`,
    ],
    ...[
      Buffer.from('\xff.conf', 'latin1'),
      Buffer.from('\xfe.conf', 'latin1'),
      Buffer.from('\xc3.conf', 'latin1'),
    ],
  ];
  const RICH: Tree = [
    ...NAMES.map(name => [Buffer.concat([Buffer.from('rich/'), Buffer.from(name)]), 'odd name'] as const),
    ['rich/same.conf', 'same'],
    ['rich/differs.conf', 'server'],
    ['rich/empty.conf', ''],
    ['rich/binary.conf', Buffer.from([0, 1, 2, 0xff, 0x0a, 0])],
    ['rich/stretch.conf', Buffer.alloc(32 * 1024, 'x')],
    ['rich/large.conf', Buffer.alloc(200_000, 'y')],
    ['rich/mode.conf', { type: 'file', content: 'm', mode: 0o4751 }],
    ['rich/open.conf', { type: 'file', content: 'm', mode: 0o666 }],
    ['rich/owner.conf', { type: 'file', content: 'o', owner: 'deploy:deploy' }],
    ['rich/nameless.conf', { type: 'file', content: 'o', owner: '4242:4243' }],
    ['rich/closed.conf', { type: 'file', content: 'secret', mode: 0o600 }],
    ['rich/old.conf', { type: 'file', content: 'old', mtime: 1 }],
    ['rich/late.conf', { type: 'file', content: 'late', mtime: 4_294_967_295 }],
    ['rich/link.conf', { type: 'symlink', target: 'same.conf' }],
    ['rich/absolute.conf', { type: 'symlink', target: '/etc/rich/same.conf' }],
    ['rich/dangling.conf', { type: 'symlink', target: 'nowhere' }],
    ['rich/loop.conf', { type: 'symlink', target: 'loop.conf' }],
    ['rich/to-closed.conf', { type: 'symlink', target: '../closed/inside.conf' }],
    ['rich/to-directory.conf', { type: 'symlink', target: '.' }],
    ['rich/directory.conf', { type: 'directory' }],
    ['rich/fifo.conf', { type: 'fifo' }],
    ['listed', { type: 'directory' }],
    ['closed/inside.conf', 'inside'],
    ['names-only/inside.conf', 'inside'],
    ['search-only/inside.conf', 'inside'],
    ['empty', { type: 'directory' }],
    ['file', 'a file and no directory'],
    ['link-to-rich', { type: 'symlink', target: 'rich' }],
  ];
  const asked = (root: string): Question =>
    question({
      files: [
        ...[
          'rich/same.conf',
          'rich/differs.conf',
          'rich/link.conf',
          'rich/dangling.conf',
          'rich/absent.conf',
        ],
        ...[
          'rich/closed.conf',
          'rich/fifo.conf',
          'rich/directory.conf',
          'rich/loop.conf',
          'rich/to-closed.conf',
        ],
        ...['closed/inside.conf', 'closed/absent.conf', 'search-only/inside.conf', 'search-only/absent.conf'],
        ...['names-only/inside.conf', 'file/below.conf', 'nowhere/at-all.conf', 'rich/large.conf'],
        '../proc/sys/kernel/ostype',
        '../dev/null',
      ].map(name => ({
        path: pathOf(name.startsWith('..') ? name.slice(2) : `${root}/${name}`),
        sha256: sha256(Buffer.from('same')),
      })),
      globs: ['rich', 'closed', 'names-only', 'search-only', 'empty', 'file', 'nowhere', 'link-to-rich']
        .map(name => globOf(`${root}/${name}`, '*.conf'))
        .concat(globOf(`${root}/rich`, '[!a-m]?*'), globOf('/', 'e*'), globOf(`${root}/rich`, '.h*')),
      maxFileSize: 100_000,
    });

  test.each<User>(['root', 'deploy'])('a tree with everything in it, as %s', async user => {
    await sshd.write(RICH);
    await sshd.sh(
      `cd ${sshd.root}; chmod 700 closed; chmod 744 names-only; chmod 711 search-only; [ ${user} = root ] || chmod 600 rich/large.conf`,
    );
    const before = await sshd.treeListing();
    const { probe, sftp } = await bothWays(sshd, user, asked(sshd.root));
    expect(sftp).toEqual(probe);
    expect(sftp.length).toBeGreaterThan(50);
    expect(await sshd.treeListing()).toEqual(before);
  });

  const name = fc
    .uint8Array({ minLength: 1, maxLength: 8 })
    .map(bytes => Buffer.from(bytes.map(byte => (byte === 0 || byte === 0x2f ? 0x78 : byte))))
    .map(bytes => Buffer.concat([bytes, Buffer.from('.conf')]));
  const mode = fc.constantFrom(0o644, 0o640, 0o600, 0o666, 0o755, 0o444, 0o000);
  const entry: fc.Arbitrary<Entry> = fc.oneof(
    fc.record({
      type: fc.constant('file' as const),
      content: fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes)),
      mode,
      owner: fc.constantFrom('root:root', 'deploy:deploy', 'root:deploy', '7:4242'),
      mtime: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    }),
    fc.constantFrom<Entry>(
      { type: 'directory' },
      { type: 'fifo' },
      { type: 'symlink', target: 'nowhere' },
      { type: 'symlink', target: '/etc/passwd' },
      { type: 'symlink', target: '/etc/shadow' },
      { type: 'symlink', target: '/dev/null' },
    ),
  );

  test('any tree', { timeout: 60_000 }, async () => {
    const trees = fc.uniqueArray(fc.tuple(name, entry), {
      selector: ([bytes]) => bytes.toString('latin1'),
      maxLength: 12,
    });
    const user = fc.constantFrom<User>('root', 'deploy');
    const directoryMode = fc.constantFrom('755', '711', '744', '700');
    await fc.assert(
      fc.asyncProperty(trees, user, directoryMode, async (tree, who, bits) => {
        await sshd.remove('any');
        await sshd.write([
          ['any', { type: 'directory' }],
          ...tree.map(([n, e]) => [Buffer.concat([Buffer.from('any/'), n]), e] as const),
        ]);
        await sshd.sh(`chmod ${bits} ${sshd.root}/any`);
        const half = tree.filter((_, i) => i % 2 === 0);
        const files = half.map(([n, e]) => ({
          path: pathOf(Buffer.concat([Buffer.from(`${sshd.root}/any/`), n])),
          sha256: sha256(
            typeof e === 'object' && 'content' in e ? Buffer.from(e.content as Buffer) : Buffer.from('git'),
          ),
        }));
        const { probe, sftp } = await bothWays(
          sshd,
          who,
          question({ files, globs: [globOf(`${sshd.root}/any`, '*.conf')] }),
        );
        expect(sftp).toEqual(probe);
      }),
      { numRuns: 40 },
    );
  });
});
