import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sshdrift } from '../support/cli.ts';

test('the demo finds the drift it planted, shows what the dashboard sees, and leaves nothing behind', async () => {
  const TMPDIR = mkdtempSync(join(tmpdir(), 'sshdrift-test-'));
  const { code, stdout, stderr } = await sshdrift(['demo'], { cwd: '/', env: { CI: 'true', TMPDIR } });
  expect(stderr).toMatch(/^==> Response: HTTP 200$/m);
  expect(stdout).toMatch(/^✗ OUT OF SYNC rsyslog-lab$/m);
  expect(stdout).toMatch(/^SYNC_STATUS=OUT_OF_SYNC$/m);
  expect(stdout).toMatch(/^-\$FileCreateMode 0640\n\+\$FileCreateMode 0644$/m);
  expect(stdout).toMatch(/pwd="\[secret 1\]"\n.*pwd="\[secret 2\]"/);
  expect(stdout).not.toMatch(/correct horse|battery staple/);
  expect(stdout).toContain('It needed 1 connection and 1 command\n');
  expect(stdout).toMatch(/"sync_status": "OUT_OF_SYNC",\n\s+"drift_count": 4/);
  expect(code).toBe(0);
  expect(readdirSync(TMPDIR)).toEqual([]);
  rmdirSync(TMPDIR);
});
