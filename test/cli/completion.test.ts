// The completion scripts in the shells that they are for, each asked in its own way.

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAIN, sshdrift } from '../support/cli.ts';
import { programPath } from '../support/find-program.ts';
import { needs } from '../support/programs.ts';
import { createRepository, type Repository } from '../support/repository.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** A name that no inventory may hold, should one ever reach a shell. */
const HOSTILE = '$(touch hacked)`touch hacked`;touch hacked|*';

const PROGRAM = `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`;
const HOSTILE_PROGRAM = `#!/bin/sh
if [ "$1" = completion ]; then cat ../hostile; else printf '%s\\n' "$@" >../arguments; fi
`;

let repository: Repository;

beforeAll(async () => {
  const inventory = (...names: readonly string[]) =>
    JSON.stringify({ servers: Object.fromEntries(names.map(name => [name, { host: '127.0.0.1' }])) });
  repository = createRepository({
    'site/inventory.yaml': inventory('web-1', 'web-2', 'db:1', 'größe@x'),
    'site/other.yaml': inventory('other-1'),
    'site/refused.yaml': inventory('$(touch hacked)'),
    hostile: `${HOSTILE}\n`,
    'program/sshdrift': PROGRAM,
    'hostile-program/sshdrift': HOSTILE_PROGRAM,
  });
  mkdirSync(join(repository.dir, 'site/files'));
  for (const dir of ['program', 'hostile-program']) chmodSync(join(repository.dir, dir, 'sshdrift'), 0o755);
  for (const shell of SHELLS) {
    const { code, stdout, stderr } = await sshdrift(['completion', shell], { cwd: '/' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    writeFileSync(join(repository.dir, `script.${shell}`), stdout);
  }
});
afterAll(() => repository.remove());

interface Typed {
  readonly line: string;
  readonly program?: 'program' | 'hostile-program';
  /** Keys after the tabulator. */
  readonly keys?: string;
}

const inShell = (shell: Shell, options: readonly string[], { line, program, keys }: Typed): string =>
  execFileSync(programPath(shell), options, {
    cwd: join(repository.dir, 'site'),
    encoding: 'utf8',
    env: {
      PATH: `${join(repository.dir, program ?? 'program')}:${process.env.PATH}`,
      HOME: repository.dir,
      LC_ALL: 'C.UTF-8',
      TERM: 'xterm',
      LINE: line,
      KEYS: keys ?? '',
    },
  });

/** Calls the function as bash does, and puts its replies behind what readline takes for earlier words. */
const BASH = `
. ../script.bash
function=$(complete -p sshdrift) function=\${function#complete -F } function=\${function% sshdrift}
compopt() { :; }
COMP_LINE=$LINE COMP_POINT=\${#LINE}
"$function"
token=\${LINE##* } typed=\${token%"\${token##*["$COMP_WORDBREAKS"]}"}
if ((\${#COMPREPLY[@]})); then printf -- "\${typed//%/%%}%s\\n" "\${COMPREPLY[@]}"; fi
if [[ $KEYS ]]; then eval "$LINE\${COMPREPLY[0]}"; fi
`;

/** Types on a terminal, with a \`compadd\` that writes down what matches. */
const ZSH = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1= PS2= RPS1='
zpty -w shell 'autoload -Uz compinit && compinit -u -d ../dump && source ../script.zsh'
zpty -w shell 'compadd() {
  if [[ -z \${@[(r)-[OAD]]} ]]; then
    local -a found
    builtin compadd -O found "$@"
    print -rl -- "$IPREFIX"$^found >>../replies
  fi
  builtin compadd "$@"
}'
zpty -w shell 'finish() { print -r -- EN""D }; zle -N finish; bindkey "^X^F" finish'
zpty -n -w shell "$LINE"$'\\t'"$KEYS"$'\\x18\\x06'
zpty -r shell output '*END*'
`;

const zshReplies = (typed: Typed): string => {
  const replies = join(repository.dir, 'replies');
  rmSync(replies, { force: true });
  inShell('zsh', ['-f', '-c', ZSH], typed);
  return existsSync(replies) ? readFileSync(replies, 'utf8') : '';
};

/** What each shell offers for the last word. */
const OFFERS: Readonly<Record<Shell, (typed: Typed) => string>> = {
  bash: typed => inShell('bash', ['--noprofile', '--norc', '-c', BASH], typed),
  zsh: zshReplies,
  fish: typed => inShell('fish', ['--no-config', '-c', 'source ../script.fish; complete -C $LINE'], typed),
};

const offers = (shell: Shell, typed: Typed): readonly string[] =>
  [...new Set(OFFERS[shell](typed).split('\n'))]
    .filter(line => line !== '')
    .map(line => line.replace(/\t.*/, ''))
    .sort();

const FORMATS = ['html', 'json', 'junit', 'markdown', 'patch', 'payload', 'text'];
const FILES = ['files', 'inventory.yaml', 'other.yaml', 'refused.yaml'];

const CASES: readonly (readonly [line: string, offers: readonly string[]])[] = [
  ['sshdrift ch', ['check']],
  ['sshdrift g', ['grafana']],
  ['sshdrift check --no-', ['--no-color', '--no-diff', '--no-post', '--no-progress']],
  ['sshdrift pre-deploy --no-po', []],
  ['sshdrift watch --format ', ['json', 'text']],
  ['sshdrift watch web', ['web-1', 'web-2']],
  ['sshdrift check --format ', FORMATS],
  ['sshdrift check --format=j', ['--format=json', '--format=junit']],
  ['sshdrift check -o js', ['json=']],
  ['sshdrift check -o html=inv', ['html=inventory.yaml']],
  ['sshdrift check -i ', FILES],
  ['sshdrift check --timeout ', []],
  ['sshdrift init --directory ', ['files']],
  ['sshdrift init --become ', ['doas', 'sudo']],
  ['sshdrift init w', []],
  ['sshdrift grafana ', ['alerts', 'dashboard', 'datasource']],
  ['sshdrift completion ', ['bash', 'fish', 'zsh']],
  ['sshdrift check web', ['web-1', 'web-2']],
  ['sshdrift check --diff web-1 db:', ['db:1']],
  ['sshdrift probe g', ['größe@x']],
  ['sshdrift check -i other.yaml ', ['other-1']],
  ['sshdrift doctor --inventory=other.yaml ', ['other-1']],
  ['sshdrift check -i refused.yaml ', []],
  ['sshdrift check -i $(touch\\ hacked) web', []],
];

/** As the shells agree: without the slash behind a directory, the `=` that zsh adds itself, and the option before `=`. */
const plain = (word: string): string => word.replace(/\/$|^--[\w-]+=(?=.)|^(\w+)=$/, '$1');

for (const shell of SHELLS) {
  const { test: inItsShell } = needs(shell);
  inItsShell.each(CASES)(`${shell}: %j`, (line, expected) => {
    expect(offers(shell, { line }).map(plain)).toEqual(expected.map(plain));
    expect(existsSync(join(repository.dir, 'site/hacked'))).toBe(false);
  });

  inItsShell(`${shell}: a hostile name is offered, and is one word`, () => {
    const typed = { line: 'sshdrift check ', program: 'hostile-program', keys: '\r' } as const;
    const args = join(repository.dir, 'arguments');
    rmSync(args, { force: true });
    const offered = offers(shell, typed);
    expect(offered).toHaveLength(1);
    // fish quotes where nobody but a person at a terminal sees it.
    if (shell === 'fish') expect(offered).toEqual([HOSTILE]);
    else expect(readFileSync(args, 'utf8')).toBe(`check\n${HOSTILE}\n`);
    expect(existsSync(join(repository.dir, 'site/hacked'))).toBe(false);
  });
}

test('a script names every command and option that the help shows', async () => {
  const pages = new Map<string, string>();
  const { stdout: help } = await sshdrift(['--help'], { cwd: '/' });
  const commands = [...help.matchAll(/^ {2}([a-z][\w-]+) /gm)].map(([, name]) => name ?? '');
  expect(commands.length).toBeGreaterThan(8);
  for (const name of commands.filter(name => name !== 'help'))
    pages.set(name, (await sshdrift([name, '--help'], { cwd: '/' })).stdout);
  for (const shell of SHELLS) {
    const script = readFileSync(join(repository.dir, `script.${shell}`), 'utf8');
    for (const [name, page] of pages) {
      expect(script).toContain(name);
      for (const [, option] of page.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm))
        expect(script).toMatch(new RegExp(`(--|-l )${option}\\b`));
    }
  }
});

test('a shell must be named, and one that there is', async () => {
  const none = await sshdrift(['completion'], { cwd: '/' });
  expect(none).toMatchObject({ code: 1, stdout: '' });
  expect(none.stderr).toContain('sshdrift completion bash');
  expect((await sshdrift(['completion', 'csh'], { cwd: '/' })).stderr).toContain('bash, zsh, fish');
});
