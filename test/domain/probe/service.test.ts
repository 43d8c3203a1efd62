// Which process is the service: systemd and pid files know. In a mount namespace, so that what they say is made up here.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { programPath } from '../../support/find-program.ts';
import { isolation } from '../../support/isolation.ts';
import { needsOwnEtc } from '../../support/programs.ts';
import { askWhole, question } from '../../support/run-probe.ts';

const { test } = needsOwnEtc('unshare');

const SHELLS = ['dash', 'bash'];

let place: string;
let service: string;
const running: ChildProcess[] = [];

/** A process with the service's name; `sleep` has none of its own. */
async function start(): Promise<number> {
  const child = spawn(join(place, service), ['600'], { stdio: 'ignore' });
  running.push(child);
  await once(child, 'spawn');
  return child.pid as number;
}

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'sshdrift-service-'));
  service = `s${process.pid % 1e6}d`;
  copyFileSync('/bin/sleep', join(place, service));
  chmodSync(join(place, service), 0o755);
  for (const shell of SHELLS) {
    mkdirSync(join(place, `${shell}-as-sh`));
    symlinkSync(programPath(shell), join(place, `${shell}-as-sh`, 'sh'));
  }
  await start();
  await start();
});
afterAll(() => {
  for (const child of running) child.kill();
  rmSync(place, { recursive: true, force: true });
});

/** Since when the service runs, asked in this shell, as `sh` too, on a machine that has this file, below /sys/fs/cgroup or /run. */
function askWith(shell: string, file: string, content: string): number | null {
  const set = `mount -t tmpfs none /sys/fs/cgroup && mount -t tmpfs none /run && mkdir -p "\${1%/*}" &&
    { if [ "$2" = FIFO ]; then mkfifo "$1"; else printf %s "$2" >"$1"; fi; } && shift 2 && exec "$@"`;
  const user = isolation() === 'user' ? ['--map-root-user'] : [];
  const inside = ['unshare', ...user, '--mount', 'sh', '-c', set, 'sh', file, content, shell];
  const path = `${join(place, `${shell}-as-sh`)}:/usr/sbin:/usr/bin:/sbin:/bin`;
  return askWhole(question({ service }), { shell: inside, path }).running?.since ?? null;
}

const pids = (): readonly number[] => running.map(({ pid }) => pid as number);

describe.each(SHELLS)('%s', shell => {
  const ask = (file: string, content: string) => askWith(shell, file, content);

  test.each([
    ['/sys/fs/cgroup/system.slice/NAME.service/cgroup.procs', 'd'],
    ['/sys/fs/cgroup/system.slice/NAME.service/cgroup.procs', ''],
    ['/sys/fs/cgroup/systemd/system.slice/NAME.service/cgroup.procs', 'd'],
    ['/sys/fs/cgroup/systemd/system.slice/NAME.service/cgroup.procs', ''],
    ['/run/NAME.pid', 'd'],
  ])('%s with %j names it', (file, end) => {
    const path = file.replace('NAME', service.replace(/d$/, end));
    // Another process of the unit, and one that has ended, are not the service.
    const since = ask(path, `${process.pid}\n${2 ** 22 - 1}\n${pids()[1]}\n`);
    expect(Math.abs((since ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  });

  test.each([
    ['two processes', () => `${pids().join('\n')}\n`],
    ['an old number, now another process', () => `${process.pid}\n`],
    ['what is no number', () => '../1 *\n'],
    ['nothing', () => ''],
  ])('a list of %s tells nothing', (_, content) => {
    expect(ask(`/sys/fs/cgroup/system.slice/${service}.service/cgroup.procs`, content())).toBeNull();
  });

  test('a FIFO in the place of a pid file is not opened', () => {
    expect(ask(`/run/${service}.pid`, 'FIFO')).toBeNull();
  });

  // A daemon may own its pid file, and shells evaluate what stands in a variable when they calculate with it.
  test('a pid file that leads out of /proc tells nothing, and is not followed', () => {
    const [liar, ran] = [join(place, 'liar'), join(place, `ran-${shell}`)];
    mkdirSync(liar, { recursive: true });
    writeFileSync(join(liar, 'comm'), `${service}\n`);
    writeFileSync(join(liar, 'stat'), `1 (x) ${'0 '.repeat(19)}a[$(:>${ran})]\n`);
    expect(ask(`/run/${service}.pid`, `..${liar}\n`)).toBeNull();
    expect(existsSync(ran)).toBe(false);
  });
});
