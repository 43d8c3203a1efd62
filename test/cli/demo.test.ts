import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MAIN, sshdrift } from '../support/cli.ts';

test('the demo finds the drift it planted, shows what the dashboard sees, and leaves nothing behind', async () => {
  const TMPDIR = mkdtempSync(join(tmpdir(), 'sshdrift-test-'));
  const { code, stdout, stderr } = await sshdrift(['demo'], { cwd: '/', env: { CI: 'true', TMPDIR } });
  expect(stderr).toMatch(/^==> Response: HTTP 200$/m);
  expect(stdout).toMatch(/^✗ OUT OF SYNC rsyslog-lab$/m);
  expect(stdout).toMatch(/^SYNC_STATUS=OUT_OF_SYNC$/m);
  expect(stdout).toMatch(/^-\$FileCreateMode 0640\n\+\$FileCreateMode 0644$/m);
  expect(stdout).toMatch(/pwd="\[secret 1\]"\n.*pwd="\[secret 2\]"/);
  expect(stdout).not.toMatch(/correct horse|battery staple/);
  expect(stdout).not.toContain('nobody watches');
  expect(stdout).toContain('It needed 1 connection and 1 command\n');
  expect(stdout).toMatch(/"sync_status": "OUT_OF_SYNC",\n\s+"drift_count": 4/);
  expect(code).toBe(0);
  expect(readdirSync(TMPDIR)).toEqual([]);
  rmdirSync(TMPDIR);
});

test('with --keep the page stays up until Ctrl-C, and nothing is left behind then either', async () => {
  const TMPDIR = mkdtempSync(join(tmpdir(), 'sshdrift-test-'));
  const child = spawn(process.execPath, [MAIN, 'demo', '--keep'], {
    env: { PATH: process.env.PATH, TMPDIR },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close');
  let said = '';
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes('stays up until Ctrl-C')) break;
  }
  const [, url] = /people open (http:\S+)/.exec(said) ?? [];
  const page = await (await fetch(url ?? '')).text();
  expect(page).toMatch(/rsyslog-lab.*OUT_OF_SYNC/s);
  child.kill('SIGINT');
  expect((await ended)[0]).toBe(130);
  expect(readdirSync(TMPDIR)).toEqual([]);
  rmdirSync(TMPDIR);
});
