// Many servers, as users run them: what is written and posted while others are still being asked, bounds, and shares.

import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { closedPort, listen as listenTcp, type TcpServer } from '../support/fault-tcp.ts';
import { programPath } from '../support/find-program.ts';
import { listen } from '../support/http-ends.ts';
import { needs, needsOwnEtc } from '../support/programs.ts';
import { onTerminal } from '../support/pty.ts';
import { createRepository, type Repository } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const { test, describe } = needs('sshd', 'ssh-keygen', 'script');
const CONF = '*.* @@log.example.net\n';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd({ user: 'deploy', etc: { 'rsyslog.conf': CONF } });
});
afterAll(() => sshd?.stop());

/** A server at a port, known by the rig's key. */
const at = (port: number, ssh: object = {}): object => ({
  host: '127.0.0.1',
  host_key: sshd.fingerprint,
  ssh: { user: sshd.user, port, identity_file: sshd.identityFile, ...ssh },
});

const repository = (servers: Readonly<Record<string, object>>, conf = CONF): Repository =>
  createRepository({
    'files/rsyslog.conf': conf,
    'inventory.yaml': JSON.stringify({
      repo: 'rsyslog',
      root: sshd.root,
      watch: [`${sshd.root}/rsyslog.conf`],
      servers,
    }),
  });

/** Leads to the server, but not before it is opened. */
async function gate(): Promise<TcpServer & { readonly open: () => void }> {
  const waiting: Socket[] = [];
  let isOpen = false;
  const pass = (socket: Socket): void => {
    const on = connect(sshd.port, '127.0.0.1');
    for (const end of [socket, on]) end.on('error', () => undefined);
    socket.pipe(on).pipe(socket);
  };
  const server = await listenTcp(socket => (isOpen ? pass(socket) : void waiting.push(socket)));
  return {
    ...server,
    open: () => {
      isOpen = true;
      for (const socket of waiting.splice(0)) pass(socket);
    },
  };
}

describe('while others are still being asked', () => {
  test('a status is posted and a part written; parts are whole, in the order in which servers finish', async () => {
    const held = await gate();
    const posted: string[] = [];
    const receiver = await listen(
      createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', chunk => chunks.push(chunk));
        request.on('end', () => {
          posted.push(JSON.parse(Buffer.concat(chunks).toString()).server);
          response.end('{}');
          // Two of three were delivered before anybody could ask the third.
          if (posted.length === 2) held.open();
        });
      }),
    );
    const repo = repository({ a: at(held.port), b: at(sshd.port), c: at(sshd.port) }, `${CONF}*.* /x\n`);
    const { code, stdout, stderr } = await sshdrift(['check', '--diff', '--status-url', receiver.url], {
      cwd: repo.dir,
    });
    expect(code).toBe(2);
    expect([posted.slice(0, 2).sort(), posted[2]]).toEqual([['b', 'c'], 'a']);
    const [head, ...blocks] = stdout.split(/\n\n(?=[✓✗?] |\d+ servers)/);
    expect(head).toMatch(/^repo rsyslog, no Git commit, checked \S+$/);
    expect(blocks.map(block => block.split('\n')[0])).toEqual([
      ...posted.map(name => `✗ OUT OF SYNC ${name}`),
      '3 servers: 0 in sync, 3 out of sync, 0 unknown; 3 drifted files',
    ]);
    for (const [i, block] of blocks.slice(0, 3).entries())
      expect(block.split('\n')).toEqual(
        expect.arrayContaining([
          `DRIFTED_FILES=${sshd.path('rsyslog.conf')}`,
          'SYNC_STATUS=OUT_OF_SYNC',
          `+++ ${posted[i]}:${sshd.path('rsyslog.conf')}`,
          '-*.* /x',
        ]),
      );
    const answer = (name: string): string =>
      `==> Sending status to gitops-status-server...\n==> ${name}: OUT_OF_SYNC\n==> Response: HTTP 200\n`;
    expect(stderr).toHaveLength(answer('a').length * 3);
    for (const name of posted) expect(stderr).toContain(answer(name));
    repo.remove();
    await held.stop();
  });

  test('a log has a line for each server where stdout has only the end; -q and --no-progress have none', async () => {
    const repo = repository({ a: at(sshd.port), b: at(await closedPort()) });
    const json = (...args: string[]) => sshdrift(['check', '--format', 'json', ...args], { cwd: repo.dir });
    const { stderr } = await json();
    expect(stderr.split('\n').length).toBe(3);
    expect(stderr).toMatch(/^sshdrift: [12]\/2 a: SYNCED, \d+ ms$/m);
    expect(stderr).toMatch(/^sshdrift: [12]\/2 b: UNKNOWN, ssh\/refused, \d+ ms$/m);
    expect((await json('-q')).stderr).toBe('');
    expect((await json('--no-progress')).stderr).toBe('');
    expect((await sshdrift(['check'], { cwd: repo.dir })).stderr).toBe('');
    repo.remove();
  });
});

describe('on a terminal', () => {
  const CLEAR = '\r\u001b[K';

  test('one line says how far it is, and is gone before results come', async () => {
    const held = await gate();
    const repo = repository({ a: at(held.port), b: at(sshd.port) });
    const run = onTerminal(['check', '--ssh-config', 'none'], { cwd: repo.dir, env: { TERM: 'xterm' } });
    await run.shows('1/2 done, 0 drifted, 0 unknown, 1 running');
    await run.shows('1 running; a for 2 s');
    held.open();
    expect(await run.ended).toBe(0);
    // What each line looks like in the end: the terminal forgets what stood before the last clearing.
    const lines = run
      .shown()
      .split('\n')
      .map(line => line.split(CLEAR).at(-1));
    expect(lines).toEqual(
      expect.arrayContaining([
        'SYNC_STATUS=SYNCED',
        '2 servers: 2 in sync, 0 out of sync, 0 unknown; 0 drifted files',
      ]),
    );
    expect(lines.filter(line => line?.includes('running'))).toEqual([]);
    expect(lines.at(-1)).toBe('');
    repo.remove();
    await held.stop();
  });
});

const behindJump = needsOwnEtc();
behindJump.test('twelve servers that are one sshd with MaxStartups 3, behind a jump host', async () => {
  const target = await startSshd({
    user: 'deploy',
    etc: { 'rsyslog.conf': CONF },
    config: ['MaxStartups 3', 'PidFile none'],
  });
  const port = await closedPort();
  await target.sh(`${programPath('sshd')} -f ${target.root}/ssh/sshd_config -p ${port} -E /tmp/sshd.log`);
  const twelve = Array.from({ length: 12 }, (_, i) => [
    `s${i}`,
    {
      host: '127.0.0.1',
      host_key: target.fingerprint,
      ssh: { user: 'deploy', port, identity_file: target.identityFile, jump: 'bastion' },
    },
  ]);
  const repo = repository({ bastion: at(sshd.port), ...Object.fromEntries(twelve) });
  const before = sshd.connections();
  const { stdout, stderr } = await sshdrift(['check', 's*'], { cwd: repo.dir });
  expect(stdout).toContain('12 servers: 12 in sync');
  // Nor does Node warn of anything.
  expect(stderr).toBe('');
  expect(sshd.connections() - before).toBe(1);
  expect(await target.sh('cat /tmp/sshd.log')).not.toMatch(/MaxStartups|drop connection/);
  repo.remove();
  await target.stop();
});

describe('--shard', () => {
  const names = ['web-1', 'web-2', 'web-3', 'relay-1', 'relay-2'];
  const check = async (...args: string[]) => {
    const port = await closedPort();
    const repo = repository(Object.fromEntries(names.map(name => [name, at(port)])));
    const { code, stdout, stderr } = await sshdrift(['check', '--format', 'json', '-q', ...args], {
      cwd: repo.dir,
    });
    repo.remove();
    const checked = stdout && JSON.parse(stdout).servers?.map((server: { server: string }) => server.server);
    return { code, checked, stderr };
  };

  test('shares of the selected servers make all of them', async () => {
    const all = await Promise.all([1, 2, 3].map(i => check('--shard', `${i}/3`)));
    expect(all.flatMap(({ checked }) => checked).sort()).toEqual([...names].sort());
    const web = await Promise.all([1, 2, 3].map(i => check('web*', '--shard', `${i}/3`)));
    for (const i of [0, 1, 2])
      expect(web[i]?.checked).toEqual(all[i]?.checked.filter((name: string) => name.startsWith('web')));
  });

  test('a share without servers is no trouble, and says so; no server at all is still a mistake', async () => {
    const shares = await Promise.all([1, 2, 3, 4].map(i => check('web-1', '--shard', `${i}/4`)));
    const empty = shares.filter(({ checked }) => checked.length === 0);
    expect(empty.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(empty[0]?.stderr).toMatch(/^sshdrift: no server belongs to share \d of 4: nothing to check\n$/);
    expect(await check('nobody', '--shard', '1/4')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no server matches "nobody"'),
    });
  });

  test.each(['0/4', '5/4', 'one'])('%s is a mistake', async share => {
    const { code, stderr } = await check('--shard', share);
    expect([code, stderr]).toEqual([1, expect.stringContaining('It takes I/N, like 1/4')]);
  });
});

test('an ignore rule that matches nothing is not held against a share', async () => {
  const repo = repository({});
  repo.write({
    'inventory.yaml': JSON.stringify({
      root: sshd.root,
      watch: [`${sshd.root}/rsyslog.conf`, `${sshd.root}/rsyslog.d/*.conf`],
      ignore: [{ path: `${sshd.root}/rsyslog.d/20-ufw.conf`, reason: 'ufw' }],
      servers: { 'web-1': at(sshd.port), 'relay-1': at(sshd.port) },
    }),
  });
  const outputs = await Promise.all(
    [[], ['--shard', '1/2'], ['--shard', '2/2']].map(
      async args => (await sshdrift(['check', ...args], { cwd: repo.dir })).stdout,
    ),
  );
  expect(outputs.map(output => output.includes('matches nothing'))).toEqual([true, false, false]);
  repo.remove();
});
