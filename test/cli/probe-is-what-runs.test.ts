// `sshdrift probe` prints the complete remote side. Here a server notes what it is told to run, by every command, and
// that decodes to what was printed, byte for byte but for the nonce.

import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect } from 'vitest';
import { sshdrift } from '../support/cli.ts';
import { needsOwnEtc } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const { test } = needsOwnEtc();

let server: Sshd;
let repo: Repository;
beforeAll(async () => {
  server = await startSshd({
    etc: { 'rsyslog.conf': 'on the server\n', 'rsyslog.d/a.conf': 'a\n' },
    config: [
      `ForceCommand printf '%s\\0' "$SSH_ORIGINAL_COMMAND" >>/run/asked; exec sh -c "$SSH_ORIGINAL_COMMAND"`,
    ],
  });
  const odd = "files/rsyslog.d/o'dd \\ é $(id)\n`id`!.conf";
  repo = createRepository({ 'files/rsyslog.conf': 'main\n', [odd]: 'odd\n' });
  repo.write({ 'inventory.yaml': inventoryOf({ lab: server }) });
});
afterAll(async () => {
  repo.remove();
  await server.stop();
});

/** The words of a command, split by a real shell. */
const words = (command: string): readonly string[] =>
  spawnSync('sh', ['-c', `printf '%s\\0' ${command}`])
    .stdout.toString()
    .split('\0')
    .slice(0, -1);

/** The text that a command makes sh evaluate, and its argument. */
function decoded(command: string): { readonly script: string; readonly argument: string } {
  const [sh, c, inner = '', escaped = '', argument = '', ...more] = words(command);
  expect([sh, c, inner, more]).toEqual(['sh', '-c', 'eval "$(printf %b "$0")"', []]);
  const evaluated = inner.replace(/^eval /, "printf '%s' ");
  return { script: spawnSync('sh', ['-c', evaluated, escaped]).stdout.toString(), argument };
}

async function asked(args: readonly string[]) {
  await server.sh('rm -f /run/asked');
  await sshdrift(args, { cwd: repo.dir, env: { SSH_PRIVATE_KEY: server.clientKey.privateKey } });
  await server.idle();
  return (await server.sh('cat /run/asked')).split('\0').slice(0, -1).map(decoded);
}

test.each([
  ['check', ['check']],
  ['pre-deploy', ['pre-deploy']],
  ['doctor', ['doctor']],
])('%s', async (_, args) => {
  const { stdout } = await sshdrift(['probe'], { cwd: repo.dir });
  const runs = await asked(args);
  expect(runs.length).toBe(1);
  const text = runs.map(
    ({ script, argument }) => `set -- '${argument.replace(/^[0-9a-f]{32}/, '0'.repeat(32))}'\n${script}\n`,
  );
  expect(text.join('')).toBe(stdout);
});

test('a question in several parts is printed in as many', async () => {
  repo.write(
    Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`files/rsyslog.d/many-${i}.conf`, `${i}\n`])),
  );
  const { stdout } = await sshdrift(['probe'], { cwd: repo.dir });
  const runs = await asked(['check']);
  expect(runs.length).toBeGreaterThan(2);
  const printed = stdout.split(/^(?=set -- ')/m);
  // What the globs of the parts have found is asked about at the end, by the same script.
  expect(runs.length).toBe(printed.length + 1);
  for (const [i, { script, argument }] of runs.entries()) {
    const known = argument.replace(/^[0-9a-f]{32}/, '0'.repeat(32));
    if (i < printed.length) expect(`set -- '${known}'\n${script}\n`).toBe(printed[i]);
    else expect(printed[0]).toContain(script);
  }
});

test('init asks other things, by the same script', async () => {
  const { stdout } = await sshdrift(['probe'], { cwd: repo.dir });
  const runs = await asked(['init', `root@127.0.0.1:${server.port}`, '-C', 'made', '--accept-host-keys']);
  expect(runs.length).toBeGreaterThan(0);
  for (const { script } of runs) expect(stdout).toContain(script);
});
