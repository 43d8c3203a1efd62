// Whatever the login shell is and whatever its start-up files do: the same snapshot, or a failure that says why.

import { beforeAll, describe, expect, test } from 'vitest';
import { failureText } from '../src/domain/failure-text.ts';
import type { Snapshot } from '../src/domain/snapshot.ts';
import { isFailure } from '../src/engine/ports.ts';
import { needsOwnEtc } from './support/programs.ts';
import { contentsOf, reachOf, snapshotOf } from './support/snapshot-of.ts';
import { startSshd } from './support/sshd.ts';
import type { Tree } from './support/tree.ts';

const real = needsOwnEtc('bash', 'dash', 'busybox', 'zsh', 'ksh', 'tcsh', 'fish', 'rbash');

const ETC: Tree = {
  'rsyslog.conf': { type: 'file', content: 'main\\ !history $HOME `id` "q" \'q\'\n', mtime: 1_700_000_000 },
  'rsyslog.d/30-lab.conf': { type: 'file', content: 'no final newline', mtime: 1_700_000_000 },
  "rsyslog.d/it's $odd! [name] \\.conf": { type: 'file', content: 'odd', mtime: 1_700_000_000 },
};

/** Takes a snapshot of a server of its own. */
async function ask(shell: string, files: Tree = {}) {
  const server = await startSshd({ shell, etc: ETC, files: { '/run/ash': ASH, ...files } });
  try {
    const answer = await snapshotOf(reachOf(server));
    const ran = await server.sh('cat /run/ran 2>/dev/null || :');
    return { answer, ran };
  } finally {
    await server.stop();
  }
}
const ASH = { type: 'symlink', target: '/bin/busybox' } as const;

const SHELLS = {
  bash: '/bin/bash',
  dash: '/bin/dash',
  ash: '/run/ash',
  zsh: '/usr/bin/zsh',
  ksh: '/usr/bin/ksh',
  tcsh: '/usr/bin/tcsh',
  fish: '/usr/bin/fish',
  rbash: '/usr/bin/rbash',
} as const;

const RC: Readonly<Partial<Record<keyof typeof SHELLS, string>>> = {
  bash: '/root/.bashrc',
  rbash: '/root/.bashrc',
  zsh: '/root/.zshenv',
  tcsh: '/root/.tcshrc',
  fish: '/root/.config/fish/config.fish',
};

/** Start-up files by what they do; `sh` in the syntax of sh, others where it differs. */
const NOISE: Readonly<
  Record<string, { readonly sh: string; readonly tcsh?: string; readonly fish?: string }>
> = {
  'greets without a final newline': { sh: 'printf "welcome %s" home', tcsh: 'echo -n welcome home' },
  'greets on stderr': { sh: 'echo welcome >&2', tcsh: 'sh -c "echo welcome >&2"' },
  'reads stdin': { sh: 'cat' },
  'says goodbye after the answer': {
    sh: "trap 'echo goodbye; echo goodbye >&2' EXIT",
    tcsh: 'onintr -', // it has no such trap
    fish: 'function bye --on-event fish_exit; echo goodbye; end',
  },
};

real.describe('a login shell', () => {
  let expected: Snapshot;
  beforeAll(async () => {
    const { answer } = await ask(SHELLS.bash);
    if (isFailure(answer)) throw new Error(JSON.stringify(answer));
    expected = answer;
  });

  test('bash answers', () => {
    expect(contentsOf(expected)).toEqual({
      '/etc/rsyslog.conf': 'main\\ !history $HOME `id` "q" \'q\'\n',
      '/etc/rsyslog.d/30-lab.conf': 'no final newline',
      "/etc/rsyslog.d/it's $odd! [name] \\.conf": 'odd',
    });
  });

  test.each(Object.entries(SHELLS))('%s gives the same snapshot', async (_, shell) => {
    expect((await ask(shell)).answer).toEqual(expected);
  });

  describe.each(Object.keys(RC) as (keyof typeof RC)[])('%s', name => {
    test.each(Object.entries(NOISE))('whose start-up file %s', async (_, noise) => {
      const text = (name === 'tcsh' ? noise.tcsh : name === 'fish' ? noise.fish : undefined) ?? noise.sh;
      const mark = name === 'tcsh' ? 'echo ran > /run/ran' : 'echo ran >/run/ran';
      // rbash may not redirect; that its start-up file runs is seen with bash, which shares it.
      const rc = name === 'rbash' ? `${text}\n` : `${mark}\n${text}\n`;
      const { answer, ran } = await ask(SHELLS[name], { [RC[name] as string]: rc });
      expect(answer).toEqual(expected);
      expect(ran).toBe(name === 'rbash' ? '' : 'ran\n');
    });
  });
});

real.describe('a login that cannot answer says why', () => {
  test.each<[string, string, Tree, RegExp, RegExp]>([
    [
      'nologin',
      '/usr/sbin/nologin',
      {},
      /exit 1.*not available/,
      /login shell is nologin.*usermod -s \/bin\/sh root/,
    ],
    ['/bin/false', '/bin/false', {}, /exit 1.*said nothing/, /\/bin\/false \(see: getent passwd root\)/],
    [
      'exit 0 in .bashrc',
      '/bin/bash',
      { '/root/.bashrc': 'exit 0\n' },
      /exit 0.*said nothing/,
      /`exit` or `exec` in \.bashrc/,
    ],
    [
      'exec fish in .bashrc',
      '/bin/bash',
      { '/root/.bashrc': 'exec fish\n' },
      /exit 0.*said nothing/,
      /`exit` or `exec` in \.bashrc/,
    ],
    [
      'a function named sh',
      '/bin/bash',
      { '/root/.bashrc': 'sh() { echo hijacked; }\n' },
      /exit 0.*"hijacked"/,
      /function named `sh`/,
    ],
    [
      'no PATH',
      '/bin/bash',
      { '/root/.bashrc': 'PATH=/nonexistent\n' },
      /exit 127.*not found/,
      /No usable `sh`.*PATH/,
    ],
    [
      'no PATH in fish',
      '/usr/bin/fish',
      { '/root/.config/fish/config.fish': 'set -gx PATH /nonexistent\n' },
      /exit 127/,
      /No usable `sh`.*PATH/,
    ],
  ])('%s', async (_, shell, files, message, hint) => {
    const { answer: failure } = await ask(shell, files);
    if (!isFailure(failure)) throw new Error('there is an answer');
    expect(failure.code).toBe('probe/no-answer');
    expect(failureText(failure)).toEqual({
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});
