// The generated command and the parser, together, on real shells and real files.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/domain/git-copies.ts';
import { parseAnswer } from '../../../src/domain/probe/answer.ts';
import { probeCommand } from '../../../src/domain/probe/command.ts';
import type { Question } from '../../../src/domain/probe/question.ts';
import { programPath } from '../../support/find-program.ts';
import {
  ask,
  askWhole,
  globOf,
  NONCE,
  pathOf,
  question,
  type Run,
  runCommand,
} from '../../support/run-probe.ts';

const SHELLS = ['dash', 'bash', 'busybox sh', 'zsh --emulate sh', 'ksh'];
const shells = SHELLS.map(shell => shell.split(' ')).filter(([program]) => {
  const found = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  if (!found) console.warn(`probe: no ${program} here, its cases are not run`);
  return found;
});
const isRoot = process.getuid?.() === 0;
if (!isRoot)
  console.warn('skipped: only root can run the probe as somebody who may read less, or give files away');
const NOBODY = 65534;

const base = mkdtempSync(join(tmpdir(), 'sshdrift-probe-'));
chmodSync(base, 0o755);
afterAll(() => rmSync(base, { recursive: true }));

let count = 0;
const newDir = (): string => {
  const dir = join(base, `d${count++}`);
  mkdirSync(dir);
  return dir;
};

test('all shells that CI needs are here', () => {
  const needed = process.env.CI ? ['dash', 'bash', 'busybox', 'zsh', 'ksh'] : ['bash'];
  expect(shells.map(([program]) => program)).toEqual(expect.arrayContaining(needed));
});

/** It is the login shell, and what the wrapper finds as `sh`. */
function runBy(shell: readonly string[]): Run {
  const [program = ''] = shell;
  const dir = join(base, `${program}-as-sh`);
  mkdirSync(dir);
  symlinkSync(programPath(program), join(dir, 'sh'));
  return { shell, path: `${dir}:/usr/sbin:/usr/bin:/sbin:/bin` };
}

describe.each(shells.map(shell => [shell.join(' '), runBy(shell)] as const))('%s', (_, run) => {
  test('every kind of file is told apart', () => {
    const dir = newDir();
    const at = (name: string): string => join(dir, name);
    writeFileSync(at('same.conf'), 'same\n');
    writeFileSync(at('differs.conf'), 'on the server');
    writeFileSync(at('empty.conf'), '');
    writeFileSync(at('large.conf'), Buffer.alloc(5000, 'x'));
    symlinkSync('differs.conf', at('link.conf'));
    symlinkSync('nowhere', at('dangling.conf'));
    symlinkSync('loop.conf', at('loop.conf'));
    mkdirSync(at('dir.conf'));
    spawnSync('mkfifo', [at('fifo.conf')]);
    const files = [
      'same',
      'differs',
      'empty',
      'large',
      'link',
      'dangling',
      'loop',
      'dir',
      'fifo',
      'absent',
    ].map(n => ({
      path: pathOf(at(`${n}.conf`)),
      sha256: sha256(Buffer.from('same\n')),
    }));
    const device = { path: pathOf('/dev/null'), sha256: null };
    const answer = askWhole(question({ files: [...files, device], maxFileSize: 4096 }), run);
    const shown = [...answer.files.values()].map(file =>
      file.kind === 'file'
        ? `${file.link ? 'link' : 'file'} ${file.size} ${file.bytes}`
        : Object.values(file).join(' '),
    );
    expect(shown).toEqual([
      'file 5 null',
      'file 13 on the server',
      'file 0 ',
      'file 5000 null',
      'link 13 on the server',
      'dangling',
      'dangling',
      'not-a-file directory',
      'not-a-file FIFO',
      'absent',
      'not-a-file character device',
    ]);
  });

  test('metadata is what stat says, links followed', () => {
    const file = join(newDir(), 'a.conf');
    writeFileSync(file, 'x');
    chmodSync(file, 0o4640);
    const answer = askWhole(question({ files: [{ path: pathOf(file), sha256: null }] }), run);
    const stat = lstatSync(file);
    expect(answer.files.get(pathOf(file))).toMatchObject({
      metadata: { mode: '4640', uid: stat.uid, gid: stat.gid, modifiedAt: Math.floor(stat.mtimeMs / 1000) },
    });
  });

  test('a file may be older than the epoch', () => {
    const file = join(newDir(), 'a.conf');
    writeFileSync(file, 'x');
    utimesSync(file, new Date(-100_000), new Date(-100_000));
    const answer = askWhole(question({ files: [{ path: pathOf(file), sha256: null }] }), run);
    expect(answer.files.get(pathOf(file))).toMatchObject({ metadata: { modifiedAt: -100 } });
  });

  test('when watched directories changed, if a service is asked about', () => {
    const dir = newDir();
    const globs = [globOf(dir, '*.conf'), globOf(join(dir, 'none'), '*')];
    const { running, directories } = askWhole(question({ globs, service: 'nobody-has-this' }), run);
    expect(running).toBeNull();
    expect([...directories]).toEqual([[`${dir}/*.conf`, Math.floor(lstatSync(dir).mtimeMs / 1000)]]);
    expect(askWhole(question({ globs }), run).directories.size).toBe(0);
  });

  test('a glob finds what rsyslog would load, and not the asked files again', () => {
    const dir = newDir();
    for (const name of ['b.conf', 'a.conf', '.hidden.conf', 'c.conf.bak', 'C.conf', '*.conf', 'no']) {
      writeFileSync(join(dir, name), name);
    }
    const answer = askWhole(
      question({
        files: [{ path: pathOf(join(dir, 'a.conf')), sha256: null }],
        globs: [
          globOf(dir, '*.conf'),
          globOf(dir, '[ab].conf'),
          globOf(join(dir, 'none'), '*'),
          globOf(dir, '?o'),
        ],
      }),
      run,
    );
    expect([...answer.files.keys()].map(path => path.slice(dir.length + 1)).sort()).toEqual(
      ['*.conf', 'C.conf', 'a.conf', 'b.conf', 'no'].sort(),
    );
    expect([...answer.listings.values()]).toEqual(['listed', 'listed', 'absent', 'listed']);
  });

  test.each([
    ['{a,b}*', '{a,b}1', 'a1'],
    ['@(a|b)*', '@(a|b)1', 'a1'],
    ['+(a)*', '+(a)1', 'aa1'],
    ['a b*', 'a b1', 'b1'],
    ['a\\b*', 'a\\b1', 'ab1'],
    ["it's $HOME `id` *", "it's $HOME `id` 1", 'its'],
    ['~root*', '~root1', 'root1'],
    ['a]b^c!d*', 'a]b^c!d1', 'ab'],
    ['a"b#c%d&e;f<g>h=i:j,k*', 'a"b#c%d&e;f<g>h=i:j,k1', 'ab'],
    ['-n*', '-n1', 'n1'],
    ['é[0-9]*', 'é1', 'éa'],
    ['[!a]x*', 'bx', 'ax'],
    ['.*', '.hidden', 'seen'],
    ['.?*', '..1', '1'],
  ])('the pattern %s finds %s, and not %s', (pattern, found, other) => {
    const dir = join(newDir(), "o'dd {x,y} \\dir~");
    mkdirSync(dir);
    for (const name of [found, other]) writeFileSync(join(dir, name), name);
    const glob = globOf(dir, pathOf(pattern));
    expect([...askWhole(question({ globs: [glob] }), run).files.keys()]).toEqual([pathOf(join(dir, found))]);
  });

  test.runIf(isRoot)('unreadable is never absent, wherever the closed door is', () => {
    const dir = newDir();
    const at = (name: string): string => join(dir, name);
    mkdirSync(at('closed'));
    mkdirSync(at('blind'));
    for (const file of ['closed/a.conf', 'blind/a.conf', 'secret.conf']) writeFileSync(at(file), 'x');
    symlinkSync('closed/a.conf', at('into-closed.conf'));
    chmodSync(at('secret.conf'), 0o600);
    chmodSync(at('closed'), 0o700);
    chmodSync(at('blind'), 0o711);
    const names = [
      'closed/a.conf',
      'closed/none.conf',
      'blind/a.conf',
      'blind/none.conf',
      'secret.conf',
      'into-closed.conf',
    ];
    const answer = askWhole(
      question({
        files: names.map(name => ({ path: pathOf(at(name)), sha256: null })),
        globs: [
          globOf(at('closed'), '*.conf'),
          globOf(at('blind'), '*.conf'),
          globOf(at('closed/below'), '*.conf'),
        ],
      }),
      { ...run, uid: NOBODY },
    );
    expect([...answer.files.values()].map(file => file.kind)).toEqual([
      'unreadable',
      'unreadable',
      'file',
      'absent',
      'unreadable',
      'unreadable',
    ]);
    expect([...answer.listings.values()]).toEqual(['unreadable', 'unreadable', 'unreadable']);
  });

  test('any bytes as name and content arrive as they are', () => {
    const name = fc
      .uint8Array({ minLength: 1, maxLength: 40 })
      .map(bytes => Buffer.from(bytes))
      .filter(bytes => !bytes.includes(0) && !bytes.includes(0x2f));
    const odd = fc.constantFrom(
      ...[
        ' ',
        "'",
        '"',
        '\\',
        '\n',
        '\r',
        '-n',
        '$(id)',
        '`id`',
        '!',
        'a\nb',
        '\\n',
        '%s',
        '*',
        '[a]',
        '~',
        '\x1b[2J',
      ].map(text => Buffer.from(text)),
    );
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
      fc.constantFrom(
        ...['', '\n', 'no newline', '\n\n', '\r\n', '\0', '%b\\0101'].map(text => Buffer.from(text)),
      ),
    );
    const tree = fc.uniqueArray(fc.record({ name: fc.oneof(name, odd), content }), {
      maxLength: 8,
      selector: file => file.name.toString('latin1'),
    });
    fc.assert(
      fc.property(tree, fc.boolean(), (files, asked) => {
        const dir = newDir();
        const conf = files.map(file => ({
          path: Buffer.concat([Buffer.from(`${dir}/x`), file.name, Buffer.from('.conf')]),
          content: file.content,
        }));
        for (const file of conf) writeFileSync(file.path, file.content);
        const answer = askWhole(
          question({
            files: asked ? conf.map(file => ({ path: pathOf(file.path), sha256: null })) : [],
            globs: [globOf(dir, '*.conf')],
          }),
          run,
        );
        const got = new Map(
          [...answer.files].map(([path, file]) => [
            path,
            file.kind === 'file' ? file.bytes?.toString('hex') : file.kind,
          ]),
        );
        expect(got).toEqual(new Map(conf.map(file => [pathOf(file.path), file.content.toString('hex')])));
      }),
      { numRuns: 25 },
    );
  });
});

describe('tools of the server', () => {
  /** A PATH that holds the given scripts, the shell, and nothing else. */
  function toolbox(scripts: Readonly<Record<string, string>>): string {
    const dir = newDir();
    for (const [name, body] of Object.entries(scripts)) {
      writeFileSync(join(dir, name), `#!/bin/bash\n${body}\n`, { mode: 0o755 });
    }
    return dir;
  }
  const log = (tool: string, file: string): string =>
    `echo ${tool} >>${file}; PATH=/usr/bin:/bin exec ${tool} "$@"`;

  test('one hash, one stat for all files, one cat for each that differs', () => {
    const dir = newDir();
    const calls = join(dir, 'calls');
    const files = Array.from({ length: 20 }, (_, i) => {
      const path = join(dir, `${i}.conf`);
      writeFileSync(path, `file ${i}`);
      return { path: pathOf(path), sha256: sha256(Buffer.from(i < 2 ? 'other' : `file ${i}`)) };
    });
    const path = toolbox({
      sha256sum: log('sha256sum', calls),
      stat: log('stat', calls),
      cat: log('cat', calls),
    });
    askWhole(question({ files, globs: [globOf(dir, '*.conf')] }), {
      shell: ['bash'],
      path: `${path}:/usr/bin:/bin`,
    });
    const counted = spawnSync('sort', [calls]).stdout.toString().trim().split('\n');
    expect(counted).toEqual(['cat', 'cat', 'sha256sum', 'stat']);
  });

  describe('packages', () => {
    const DEB = [
      'installed zsh',
      'installed one',
      ' DIR/a.conf 11111111111111111111111111111111 obsolete',
      ' DIR/a.conf 22222222222222222222222222222222',
      'not-installed two',
      ' DIR/b.conf 33333333333333333333333333333333',
      'config-files three',
      ' DIR/b.conf 44444444444444444444444444444444',
      'installed four',
      ' DIR/* 55555555555555555555555555555555',
      ' DIR/b.conf newconffile',
      ' /etc/shadow 66666666666666666666666666666666',
    ];
    // One process is handed all the files, and tells of each what a real one does; `b.conf` is a ghost without a digest.
    const RPM = `[ "$1 $2 $3 $4" = "--dbpath DIR/db -qf --qf" ] || exit 1; shift 5; for f; do case $f in
      *b.conf) printf "installed five\\n %s \\n" "$f";;
      *) printf "installed five\\n %s %064d\\nfile /c is not owned by any package\\n" "$f" 7;;
    esac; done`;

    function asked(scripts: Readonly<Record<string, string>>, part: Partial<Question>, shell = ['bash']) {
      const dir = newDir();
      for (const name of ['a.conf', 'b.conf', '*']) writeFileSync(join(dir, name), name);
      const path = toolbox(
        Object.fromEntries(
          Object.entries(scripts).map(([name, body]) => [
            name,
            `echo ${name} >>${dir}/calls; ${body.replaceAll('DIR', dir)}`,
          ]),
        ),
      );
      mkdirSync(join(dir, 'db'));
      if ('rpm' in scripts) writeFileSync(join(dir, 'db/Packages.db'), '');
      const whole = question({ globs: [globOf(dir, '?.conf'), globOf(dir, '?')], packages: true, ...part });
      const command = probeCommand(whole, NONCE).replace('/var/lib/rpm', join(dir, 'db'));
      const answer = parseAnswer(whole, NONCE, runCommand(command, { shell, path: `${path}:/usr/bin:/bin` }));
      if (answer.kind !== 'whole') throw new Error(answer.kind);
      const calls = spawnSync('cat', [join(dir, 'calls')])
        .stdout.toString()
        .trim();
      return {
        shipped: [...answer.shipped].map(([p, by]) => [p.slice(dir.length + 1), by.package, by.digest[0]]),
        calls,
      };
    }
    const dpkg = { 'dpkg-query': `cat <<'END'\n${DEB.join('\n')}\nEND`, rpm: 'exit 1' };

    test.each(shells.map(shell => [shell.join(' '), shell] as const))(
      'one process of dpkg under %s',
      (_, shell) => {
        expect(asked(dpkg, {}, [...shell])).toEqual({
          shipped: [
            ['a.conf', 'one', '2'],
            ['*', 'four', '5'],
          ],
          calls: 'dpkg-query',
        });
      },
    );

    // BusyBox's shell prefers an rpm of its own, which can do nothing like this.
    test.each(
      shells.filter(([program]) => program !== 'busybox').map(shell => [shell.join(' '), shell] as const),
    )('rpm where dpkg knows nothing, under %s', (_, shell) => {
      // Whose database could be written to by the asker, and that is so here, is asked as nobody.
      const tools = { 'dpkg-query': 'exit 127', rpm: RPM, setpriv: 'shift 5; exec "$@"' };
      const { shipped, calls } = asked(tools, {}, [...shell]);
      expect({ shipped, calls }).toEqual({
        shipped: [
          ['a.conf', 'five', '0'],
          ['*', 'five', '0'],
        ],
        calls: 'dpkg-query\nsetpriv\nrpm',
      });
    });

    test('rpm is not asked where it has no database, nor where it could write and cannot be kept from it', () => {
      const tools = { 'dpkg-query': 'exit 127', setpriv: 'exit 127' };
      expect(asked({ ...tools, rpm: RPM }, {})).toEqual({ shipped: [], calls: 'dpkg-query\nsetpriv' });
      expect(asked(tools, {})).toEqual({ shipped: [], calls: 'dpkg-query' });
    });

    test('nobody is asked where nothing is extra, or nobody wants to know', () => {
      expect(asked(dpkg, { packages: false })).toEqual({ shipped: [], calls: '' });
      expect(asked(dpkg, { found: 'name' })).toEqual({ shipped: [], calls: '' });
      const known = { globs: [], files: [{ path: pathOf('/etc/passwd'), sha256: sha256(Buffer.from('')) }] };
      expect(asked(dpkg, known)).toEqual({ shipped: [], calls: '' });
      expect(asked(dpkg, { globs: [], files: [{ path: pathOf('/nowhere'), sha256: null }] }).calls).toBe('');
    });
  });

  // The script appends the usual directories to PATH, so a missing tool is simulated by one that fails.
  const broken = 'exit 127';
  const none = {
    sha256sum: broken,
    sha256: broken,
    shasum: broken,
    openssl: broken,
    busybox: broken,
    cksum: broken,
  };
  const bsdStat = `[ "$2" = -f ] || exit 1; fmt=$3; shift 3; exec /usr/bin/stat -L -c "%s %Y %04a %u %g %U:%G %n" "$@"`;
  test.each([
    ['shasum only', { ...none, shasum: 'shift 2; exec /usr/bin/sha256sum "$@"' }],
    [
      'BSD sha256 and stat',
      { ...none, sha256: 'shift; /usr/bin/sha256sum "$@" | sed "s/  / /"', stat: bsdStat },
    ],
    ['openssl only', { ...none, openssl: 'shift 3; /usr/bin/sha256sum "$@" | sed "s/  / */"' }],
    ['no stat', { stat: broken }],
    ['no hash tool', none],
    ['neither', { ...none, stat: broken }],
  ])('%s: the same verdict', (name, scripts) => {
    const dir = newDir();
    const [same, other] = ['a.conf', "odd\\na'me.conf"].map(n => join(dir, n)) as [string, string];
    writeFileSync(same, 'same');
    writeFileSync(other, 'other');
    const answer = askWhole(
      question({
        files: [{ path: pathOf(same), sha256: sha256(Buffer.from('same')) }],
        globs: [globOf(dir, '*.conf')],
      }),
      { shell: ['bash'], path: `${toolbox(scripts)}:/usr/bin:/bin` },
    );
    expect(answer.files.get(pathOf(same))).toMatchObject({
      kind: 'file',
      sha256: sha256(Buffer.from('same')),
      size: 4,
    });
    expect(answer.files.get(pathOf(other))).toMatchObject({ kind: 'file', bytes: Buffer.from('other') });
    const metadata = [...answer.files.values()].map(file => file.kind === 'file' && file.metadata !== null);
    expect(metadata).toEqual(name === 'no stat' || name === 'neither' ? [false, false] : [true, true]);
  });

  test('a file that changes between hash and read is not believed', () => {
    const file = join(newDir(), 'a.conf');
    writeFileSync(file, 'before');
    const answer = askWhole(question({ files: [{ path: pathOf(file), sha256: null }] }), {
      shell: ['bash'],
      path: `${toolbox({ cat: 'echo after' })}:/usr/bin:/bin`,
    });
    expect(answer.files.get(pathOf(file))).toEqual({ kind: 'changing' });
  });

  test('a file that vanishes before it is hashed is not believed', () => {
    const file = join(newDir(), 'a.conf');
    writeFileSync(file, 'before');
    const answer = askWhole(question({ files: [{ path: pathOf(file), sha256: null }] }), {
      shell: ['bash'],
      path: `${toolbox({ sha256sum: `rm -f ${file}; exec /usr/bin/sha256sum "$@"` })}:/usr/bin:/bin`,
    });
    expect(answer.files.get(pathOf(file))).toEqual({ kind: 'changing' });
  });

  test.runIf(isRoot)('root-owned files of another owner are named as such', () => {
    const file = join(newDir(), 'a.conf');
    writeFileSync(file, 'x');
    chownSync(file, NOBODY, 0);
    const answer = askWhole(question({ files: [{ path: pathOf(file), sha256: null }] }), { shell: ['dash'] });
    expect(answer.files.get(pathOf(file))).toMatchObject({
      metadata: { owner: 'nobody', group: 'root', uid: NOBODY },
    });
  });
});

test('more contents than the budget are hashed and not sent', () => {
  const dir = newDir();
  const files = Array.from({ length: 6 }, (_, i) => {
    const path = join(dir, `${i}.conf`);
    writeFileSync(path, Buffer.alloc(1024 * 1024, `${i}`));
    return { path: pathOf(path), sha256: null };
  });
  const sent = [...askWhole(question({ files }), { shell: ['bash'] }).files.values()].map(
    file => file.kind === 'file' && file.bytes !== null,
  );
  expect(sent).toEqual([true, true, true, true, false, false]);
});

test('a name that holds the nonce, which no honest server can know, garbles the answer', () => {
  const dir = newDir();
  writeFileSync(join(dir, `a\n${NONCE} END x.conf`), 'x');
  expect(ask(question({ globs: [globOf(dir, '*.conf')] }), { shell: ['bash'] })).toMatchObject({
    kind: 'garbled',
  });
});

test('noise before and after the answer does not matter', () => {
  const file = join(newDir(), 'a.conf');
  writeFileSync(file, 'x');
  const noisy = {
    shell: ['bash', '--rcfile', '/dev/null', '-c', 'printf noise; eval "$2"; echo more noise', 'x'],
  };
  expect(ask(question({ files: [{ path: pathOf(file), sha256: null }] }), noisy).kind).toBe('whole');
});
