// SFTP servers that lie, stall and flood: every one ends in time, within bounds, with a cause and never with a verdict.

import type { ServerChannel } from 'ssh2';
import { afterEach, describe, expect, test } from 'vitest';
import type { Failure } from '../../../../src/domain/failure.ts';
import { failureText } from '../../../../src/domain/failure-text.ts';
import { sha256 } from '../../../../src/domain/git-copies.ts';
import type { RemoteFile } from '../../../../src/domain/snapshot.ts';
import { isFailure } from '../../../../src/engine/ports.ts';
import { type Taken, takeSnapshot } from '../../../../src/engine/take-snapshot.ts';
import { connectTo, destinationOf } from '../../../support/connecting.ts';
import {
  type ExecFault,
  type FaultOptions,
  type FaultServer,
  freshPrivateKey,
  startFaultServer,
} from '../../../support/fault-server.ts';
import { globOf, NONCE, pathOf, question } from '../../../support/run-probe.ts';
import {
  packet,
  reply,
  type SftpFault,
  type SftpLog,
  type SftpRequest,
  serveSftp,
  text,
  u32,
} from '../../../support/sftp-fault.ts';

const KEY = freshPrivateKey();
const SFTP_ONLY: ExecFault = {
  do: 'answer',
  stdout: 'This service allows sftp connections only.\n',
  exitCode: 1,
};

let server: FaultServer | undefined;
let logs: SftpLog[] = [];
afterEach(async () => {
  await server?.stop();
  logs = [];
});

const QUESTION = question({
  files: [
    { path: pathOf('/etc/same.conf'), sha256: sha256(Buffer.from('same')) },
    { path: pathOf('/etc/differs.conf'), sha256: sha256(Buffer.from('git')) },
  ],
  globs: [globOf('/etc/d', '*.conf')],
});
type Lie = NonNullable<SftpFault['lie']>;
const FILES: NonNullable<SftpFault['files']> = {
  '/etc/same.conf': { content: 'same' },
  '/etc/differs.conf': { content: 'server' },
  '/etc/d/extra.conf': { content: 'extra' },
};

/** Asks the usual question of a server whose SFTP is like this. */
async function ask(fault: SftpFault, options: FaultOptions = {}, timeoutMs = 10_000) {
  server = await startFaultServer({
    exec: () => SFTP_ONLY,
    sftp: channel => void logs.push(serveSftp(channel, { files: FILES, ...fault })),
    ...options,
  });
  const reach = { ...server, user: 'u', privateKey: KEY, timeoutMs };
  const connection = await connectTo(reach);
  if (isFailure(connection)) throw new Error(connection.code);
  const context = {
    destination: destinationOf(reach),
    ports: { nonce: () => NONCE, becomePassword: async () => null },
  };
  const taken = await takeSnapshot(connection, QUESTION, context);
  connection.close();
  expect(server.connections()).toBe(1);
  return taken;
}

const shownFile = (file: RemoteFile | undefined): string =>
  file?.kind === 'file' ? `file ${file.size} ${file.bytes}` : `${file?.kind}`;

function files(taken: Taken | Failure): readonly string[] {
  if (isFailure(taken)) throw new Error(JSON.stringify(taken));
  return ['/etc/same.conf', '/etc/differs.conf', '/etc/d/extra.conf'].map(path =>
    shownFile(taken.snapshot.files.get(pathOf(path))),
  );
}

const failure = (taken: Taken | Failure): string =>
  isFailure(taken) ? `${taken.code}${'detail' in taken ? `: ${taken.detail}` : ''}` : 'a snapshot';

const HONEST = ['file 4 null', 'file 6 server', 'file 5 extra'];

describe('evidence that no command may be run', () => {
  test.each<[string, ExecFault]>([
    ["sshd's own words", SFTP_ONLY],
    ['a refused exec', { do: 'refuse' }],
  ])('%s', async (_, fault) => {
    const taken = await ask({}, { exec: () => fault });
    expect(files(taken)).toEqual(HONEST);
    expect(isFailure(taken) || taken.warnings).toEqual([
      'the account may not run commands: its files were read over SFTP',
    ]);
    expect(server?.commands().length).toBe(1);
  });

  test.each<[string, ExecFault]>([
    ['another forced command', { do: 'answer', stdout: 'Welcome\n', exitCode: 0 }],
    ['nologin', { do: 'answer', stdout: 'This account is currently not available.\n', exitCode: 1 }],
    ['the words of sshd among others', { ...SFTP_ONLY, stdout: `hello\n${SFTP_ONLY.stdout}` }],
    ['the words of sshd and success', { ...SFTP_ONLY, exitCode: 0 }],
    ['silence', { do: 'answer', exitCode: 1 }],
  ])('%s is none', async (_, fault) => {
    expect(failure(await ask({}, { exec: () => fault }))).toBe('probe/no-answer');
    expect(logs).toEqual([]);
  });

  test.each<[string, ExecFault, string]>([
    ["sshd's own words", SFTP_ONLY, 'probe/no-answer'],
    ['a refused exec', { do: 'refuse' }, 'ssh/exec-refused: Unable to exec'],
  ])('%s, and no SFTP either: the first refusal is told', async (_, fault, code) => {
    server = await startFaultServer({ exec: () => fault });
    const reach = { ...server, user: 'u', privateKey: KEY };
    const connection = await connectTo(reach);
    if (isFailure(connection)) throw new Error(connection.code);
    const taken = await takeSnapshot(connection, QUESTION, {
      destination: destinationOf(reach),
      ports: { nonce: () => NONCE, becomePassword: async () => null },
    });
    connection.close();
    expect(failure(taken)).toBe(code);
  });

  test('SFTP that ends before it begins is none', async () => {
    const taken = await ask({}, { sftp: channel => channel.close() });
    expect(failure(taken)).toBe('probe/no-answer');
  });
});

/** A lie about one kind of request. */
const about =
  (name: SftpRequest['name'], lie: (request: SftpRequest) => Buffer): Lie =>
  request =>
    request.name === name ? lie(request) : undefined;

test.each<[string, SftpFault, string]>([
  [
    'greets with text',
    { version: Buffer.from('Welcome to relay-1\n') },
    'a packet of 1466264675 bytes, which is text: "Welcome to relay-1"',
  ],
  ['begins with another packet', { version: reply.status(0, 0) }, 'a first packet of type 101'],
  ['speaks an old version', { version: reply.version(2) }, 'version 2 instead of 3'],
  ['breaks off its extensions', { version: packet(2, u32(3, 99)) }, 'a packet is shorter than it says'],
  ['sends an empty packet', { lie: () => u32(0) }, 'a packet of 0 bytes'],
  ['sends a packet of 4 GiB', { lie: () => u32(0xffff_ffff) }, 'a packet of 4294967295 bytes'],
  ['sends unknown packets', { lie: ({ id }) => packet(77, u32(id)) }, 'a packet of type 77'],
  [
    'answers what nobody asked',
    { lie: ({ id }) => reply.status(id + 1_000_000, 0) },
    'an answer that nobody asked for',
  ],
  [
    'answers twice',
    { lie: ({ id }) => Buffer.concat([reply.status(id, 2), reply.status(id, 2)]) },
    'an answer that nobody asked for',
  ],
  [
    'mixes up its answers',
    { lie: about('stat', ({ id }) => reply.handle(id, 'h')) },
    'handle instead of attributes',
  ],
  [
    'tells no type',
    { lie: about('stat', ({ id }) => packet(105, u32(id, 0))) },
    'attributes without size and type',
  ],
  [
    'has four billion extensions',
    { lie: about('stat', ({ id }) => packet(105, u32(id, 0x8000_0000, 0xffff_ffff))) },
    'a packet is shorter than it says',
  ],
  [
    'has four billion names',
    { lie: about('readdir', ({ id }) => packet(104, u32(id, 0xffff_ffff))) },
    'a packet is shorter than it says',
  ],
  [
    'has names with slashes',
    { lie: about('readdir', ({ id }) => reply.names(id, ['../../a.conf'])) },
    'a name that no file can have',
  ],
  [
    'has names with NUL bytes',
    { lie: about('readdir', ({ id }) => reply.names(id, ['a\0.conf'])) },
    'a name that no file can have',
  ],
  [
    'has endless handles',
    { lie: about('open', ({ id }) => reply.handle(id, 'h'.repeat(100_000))) },
    'a handle of 100000 bytes',
  ],
  [
    'sends more than was asked for',
    { lie: about('read', ({ id, length }) => reply.data(id, 'x'.repeat(length + 1))) },
    '5 bytes where 4 were asked for',
  ],
  [
    'sends data of no bytes',
    { lie: about('read', ({ id }) => reply.data(id, '')) },
    '0 bytes where 4 were asked for',
  ],
])('a server that %s', async (_, fault, detail) => {
  expect(failure(await ask(fault))).toBe(`ssh/sftp-garbled: ${detail}`);
});

test('a server that breaks its extension for names', async () => {
  const extension = packet(2, u32(3), text('users-groups-by-id@openssh.com'), text('1'));
  const lie = about('extended', ({ id }) => packet(201, u32(id), text(u32(1000))));
  expect(failure(await ask({ version: extension, lie }))).toBe(
    'ssh/sftp-garbled: a packet is shorter than it says',
  );
});

test('a server that takes packets of no bytes does not freeze the program', async () => {
  expect(failure(await ask({}, { packetSize: 0 }))).toBe(
    'ssh/sftp-garbled: its channel takes packets of no bytes',
  );
});

describe('a server that stalls', () => {
  test.each<[string, SftpFault]>([
    ['before its first packet', { version: Buffer.alloc(0) }],
    ['in the middle of a packet', { version: u32(5) }],
    ['when asked for a file', { lie: about('read', () => Buffer.alloc(0)) }],
    ['when asked for a directory', { lie: about('opendir', () => Buffer.alloc(0)) }],
  ])('%s', async (_, fault) => {
    const started = performance.now();
    expect(failure(await ask(fault, {}, 1000))).toBe('ssh/timeout');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('by names without end that are no names', async () => {
    const lie = about('readdir', ({ id }) => reply.names(id, ['.', '..']));
    expect(failure(await ask({ lie }, {}, 1000))).toBe('ssh/timeout');
  });
});

test.each<[string, (channel: ServerChannel) => void, string]>([
  ['closes the channel', channel => channel.close(), 'ssh/interrupted: the SFTP server ended'],
  [
    'exits',
    channel => {
      channel.exit(1);
      channel.end();
    },
    'ssh/interrupted: the SFTP server ended',
  ],
])('a server that %s in the middle', async (_, end, expected) => {
  const lie: Lie = ({ name }, channel) => {
    if (name === 'read') end(channel);
    return name === 'read' ? Buffer.alloc(0) : undefined;
  };
  expect(failure(await ask({ lie }))).toBe(expected);
});

test('a server that drops the connection in the middle', async () => {
  const taken = await ask(
    {},
    {
      sftp: (channel, socket) => {
        serveSftp(channel, {
          files: FILES,
          lie: ({ name }) => {
            if (name === 'read') socket.destroy();
            return undefined;
          },
        });
      },
    },
  );
  expect(failure(taken)).toMatch(/^ssh\/interrupted/);
});

describe('memory stays bounded', () => {
  const grown = (before: NodeJS.MemoryUsage): number =>
    (process.memoryUsage().rss - before.rss) / 1024 / 1024;
  const FLOOD = Buffer.alloc(32 * 1024, 0);
  const flood = (stream: NodeJS.WritableStream): void => {
    while (stream.write(FLOOD));
    stream.once('drain', () => flood(stream));
  };

  test.each<[string, SftpFault, string]>([
    [
      'names without end',
      {
        lie: about('readdir', ({ id }) =>
          reply.names(
            id,
            Array.from({ length: 2000 }, (_, i) => `${i}.conf`),
          ),
        ),
      },
      'probe/too-large',
    ],
    [
      'long names without end',
      { lie: about('readdir', ({ id }) => reply.names(id, ['x'.repeat(200_000)])) },
      'probe/too-large',
    ],
  ])('%s', async (_, fault, code) => {
    const before = process.memoryUsage();
    expect(failure(await ask(fault))).toBe(code);
    expect(grown(before)).toBeLessThan(150);
  });

  test.each<[string, (channel: ServerChannel) => void, string]>([
    ['a flood that is not asked for', channel => flood(channel), 'a packet of 0 bytes'],
    [
      'a flood of error messages',
      channel => {
        serveSftp(channel, { files: FILES, lie: () => Buffer.alloc(0) });
        flood(channel.stderr);
      },
      'a flood of error messages',
    ],
  ])('%s', async (_, sftp, detail) => {
    const before = process.memoryUsage();
    expect(failure(await ask({}, { sftp }))).toBe(`ssh/sftp-garbled: ${detail}`);
    expect(grown(before)).toBeLessThan(150);
  });

  test('a file that never ends', async () => {
    const lie = about('read', ({ id, length }) => reply.data(id, Buffer.alloc(length, 'x')));
    const before = process.memoryUsage();
    expect(files(await ask({ lie }))).toEqual(['changing', 'changing', 'changing']);
    expect(grown(before)).toBeLessThan(150);
  });

  test('a file of no size that never ends', async () => {
    const lie: Lie = ({ name, id, path, length }) => {
      if (!path.endsWith('differs.conf')) return undefined;
      if (name === 'read') return reply.data(id, Buffer.alloc(length, 'x'));
      return /stat/.test(name) ? reply.attributes(id, {}) : undefined;
    };
    const before = process.memoryUsage();
    // 64 MiB in stretches, one after the other, at both ends in this process: what counts here is memory.
    const taken = await ask({ lie }, {}, 60_000);
    expect(files(taken)).toEqual(['file 4 null', 'too-large', 'file 5 extra']);
    expect(grown(before)).toBeLessThan(150);
  }, 90_000);

  test('a file that says it is huge is not opened', async () => {
    const lie = about('stat', ({ id }) => reply.attributes(id, { size: 0xffff_ffff }));
    expect(files(await ask({ lie }))).toEqual(['too-large', 'too-large', 'too-large']);
    expect(logs[0]?.requests.filter(({ name }) => name === 'open')).toEqual([]);
  });
});

describe('nothing is inferred from a refusal', () => {
  test.each([
    ['permission denied', 3],
    ['failure', 4],
    ['bad message', 5],
    ['not supported', 8],
    ['no error at all', 0],
  ])('%s is not "no such file"', async (_, code) => {
    const taken = await ask({ lie: ({ id }) => reply.status(id, code) });
    expect(files(taken)).toEqual(['unreadable', 'unreadable', 'undefined']);
    expect(isFailure(taken) || [...taken.snapshot.listings.values()]).toEqual(['unreadable']);
  });

  test('a listing that breaks off is none', async () => {
    let asked = 0;
    const lie = about('readdir', ({ id }) =>
      asked++ === 0 ? reply.names(id, ['extra.conf']) : reply.status(id, 4),
    );
    const taken = await ask({ lie });
    expect(isFailure(taken) || [...taken.snapshot.listings.values()]).toEqual(['unreadable']);
  });

  test('a file that ends too early was not read', async () => {
    const lie = about('read', ({ id, offset }) => (offset === 0 ? reply.data(id, 's') : reply.status(id, 1)));
    expect(files(await ask({ lie }))).toEqual(['changing', 'changing', 'changing']);
  });

  test('a read that fails is no end', async () => {
    const lie = about('read', ({ id }) => reply.status(id, 4));
    expect(files(await ask({ lie }))).toEqual(['unreadable', 'unreadable', 'unreadable']);
  });

  test('a file that is gone when it is opened is asked for once more', async () => {
    let opened = 0;
    const lie: Lie = ({ name, id, path }) =>
      name === 'open' && path === '/etc/same.conf' && opened++ === 0 ? reply.status(id, 2) : undefined;
    expect(files(await ask({ lie }))).toEqual(HONEST);
    expect(opened).toBe(2);
  });

  test('a file that changes between its two readings is read anew, once', async () => {
    let reads = 0;
    const lie: Lie = ({ name, id, path, offset }) =>
      name === 'read' && path === '/etc/differs.conf' && offset === 0
        ? reply.data(id, reads++ === 1 ? 'SERVER' : 'server')
        : undefined;
    expect(files(await ask({ lie }))).toEqual(HONEST);
    expect(reads).toBe(4);
  });
});

test('short reads are filled up', async () => {
  const lie: Lie = ({ name, id, path, offset }) => {
    const content = FILES[path]?.content ?? '';
    return name === 'read' && offset < content.length
      ? reply.data(id, content.slice(offset, offset + 1))
      : undefined;
  };
  expect(files(await ask({ lie }))).toEqual(HONEST);
});

test('what is asked for at once does not wait for each other: round trips', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 16 }, (_, i) => [`/etc/d/${i}.conf`, { content: `${i}`.repeat(1000 * i) }]),
  );
  const long = { '/etc/d/long.conf': { content: 'x'.repeat(10 * 32 * 1024) } };
  const taken = await ask({ files: { ...FILES, ...many, ...long }, batchMs: 25 });
  expect(isFailure(taken) ? taken : taken.snapshot.files.size).toBe(20);
  // list, end of list · stat, open, read, stat again for what was asked, found and shown; one at a time takes 200.
  expect(logs[0]?.batches).toBeLessThan(25);
});

test('what the failure says', () => {
  expect(failureText({ code: 'ssh/sftp-garbled', host: 'h', detail: 'version 2\u001b' })).toEqual({
    message: 'h: its SFTP makes no sense: version 2\\x1b',
    hint: 'Often a start-up file of the login shell (.bashrc) prints text; compare with `sftp` to the server by hand.',
  });
});
