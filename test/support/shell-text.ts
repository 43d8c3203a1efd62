// What a shell script can do, read off its text: the programs it may run, and what it redirects where. It knows the
// grammar that the probe's script keeps to, and throws at anything else, so that nothing passes by not being understood.

/** What stands in a script, each in order of appearance. */
export interface ShellText {
  /** The words of each command as they stand, builtins and functions of the script included; `for` loops too. */
  readonly commands: readonly (readonly string[])[];
  /** Names of variables that are set, by assignments, `for` and `read`. */
  readonly assigned: readonly string[];
  /** Redirections without their spaces, e.g. `2>/dev/null`. */
  readonly redirections: readonly string[];
}

const OPENERS = new Set(['if', 'then', 'else', 'elif', 'while', 'until', 'do', '{', '!']);
/** Builtins whose arguments are a command. */
const PREFIXES = new Set(['command', 'exec', 'builtin', '.', 'trap']);
const CLOSERS = new Set(['fi', 'done', '}', 'esac']);
const ASSIGNMENT = /^[A-Za-z_][\w$]*=/;
const REDIRECTION = /^\d*(?:>>|>\||>&|<&|<>|<<|>|<)/;

/** Reads a script, and what it hands to `eval`, to the end. */
export function readShell(text: string): ShellText {
  const commands: (readonly string[])[] = [];
  const assigned: string[] = [];
  const redirections: string[] = [];
  let at = 0;

  const rest = (): string => text.slice(at);
  const fail = (what: string): never => {
    throw new Error(`${what} at: ${rest().slice(0, 60)}`);
  };
  const nested = (inner: string): void => {
    const found = readShell(inner);
    commands.push(...found.commands);
    assigned.push(...found.assigned);
    redirections.push(...found.redirections);
  };

  function dollar(): string {
    const from = at++;
    if (rest().startsWith('((')) {
      const end = text.indexOf('))', at);
      if (/[`]|\$\(/.test(text.slice(at, end))) fail('a command in arithmetic');
      at = end + 2;
    } else if (text[at] === '(') {
      at++;
      list(')');
    } else if (text[at] === '{') {
      for (at++; text[at] !== '}'; at++) {
        if (text[at] === '"') {
          quoted();
          at--;
        } else if (rest().startsWith('$(')) fail('a command in an expansion');
        else if (text[at] === '\\') at++;
      }
      at++;
    } else at += /^(\w+|[@*#?!-])/.exec(rest())?.[0].length ?? 0;
    return text.slice(from, at);
  }

  function quoted(): string {
    const from = at++;
    while (text[at] !== '"') {
      if (at >= text.length) fail('an open quote');
      if (text[at] === '`') fail('a backquote');
      if (text[at] === '$') dollar();
      else at += text[at] === '\\' ? 2 : 1;
    }
    at++;
    return text.slice(from, at);
  }

  /** One word as it stands; empty at an operator. */
  function word(): string {
    const from = at;
    while (at < text.length && !/[\s;&|()<>]/.test(text[at] as string)) {
      const char = text[at];
      if (char === '`' || char === "'" || char === '#') fail('a character that the script does not use');
      else if (char === '$') dollar();
      else if (char === '"') quoted();
      else at += char === '\\' ? 2 : 1;
    }
    return text.slice(from, at);
  }
  const blanks = (): void => {
    at += /^[ \t]*/.exec(rest())?.[0].length ?? 0;
  };
  const spaces = (): void => {
    at += /^\s*/.exec(rest())?.[0].length ?? 0;
  };

  /** The words of a simple command from its first on, with redirections taken out. */
  function simple(first: string): void {
    const words = first === '' ? [] : [first];
    for (;;) {
      blanks();
      const redirection = REDIRECTION.exec(rest())?.[0];
      if (redirection !== undefined) {
        at += redirection.length;
        blanks();
        redirections.push(redirection + word());
        continue;
      }
      const next = word();
      if (next === '') break;
      words.push(next);
    }
    while (words[0] !== undefined && ASSIGNMENT.test(words[0]))
      assigned.push(words.shift()?.split('=')[0] ?? '');
    const [command, ...args] = words;
    if (command === undefined) return;
    commands.push(words);
    if (command === 'eval') nested(args.map(unquoted).join(' '));
    if (command === 'read') assigned.push(...args);
    // Words that a later "$@" runs.
    if (command === 'set' && /^[a-z]/.test(args[1] ?? '')) commands.push(args.slice(1));
    if (PREFIXES.has(command) && args.length > 0) commands.push(args);
  }

  function caseOf(): void {
    blanks();
    word();
    spaces();
    if (!rest().startsWith('in')) fail('a case without in');
    at += 2;
    for (;;) {
      spaces();
      if (/^esac\b/.test(rest())) {
        at += 4;
        return;
      }
      for (word(); text[at] === '|'; word()) at++;
      if (text[at] !== ')') fail('a pattern without an end');
      at++;
      list(';;');
    }
  }

  /** Commands up to the end or to what closes them. */
  function list(end: ';;' | ')' | null): void {
    for (;;) {
      spaces();
      if (at >= text.length) {
        if (end !== null) fail('an open parenthesis or case');
        return;
      }
      if (rest().startsWith(';;')) {
        at += 2;
        if (end !== ';;') fail(';; outside of case');
        return;
      }
      if (end === ';;' && /^esac\b/.test(rest())) return;
      if (text[at] === ')' && end === ')') {
        at++;
        return;
      }
      const operator = /^(&&|\|\||[;|&])/.exec(rest())?.[0];
      if (operator !== undefined) {
        if (operator === '&') fail('a command in the background');
        at += operator.length;
        continue;
      }
      if (text[at] === '(') {
        at++;
        list(')');
        continue;
      }
      const first = REDIRECTION.test(rest()) ? '' : word();
      if (OPENERS.has(first) || CLOSERS.has(first)) continue;
      if (first === 'case') caseOf();
      else if (first === 'for') {
        blanks();
        const words = ['for', word()];
        assigned.push(words[1] ?? '');
        for (blanks(); /[^;\n]/.test(text[at] ?? '') && !/^do\b/.test(rest()); blanks()) words.push(word());
        commands.push(words);
      } else if (/^\w+$/.test(first) && rest().startsWith('()')) at += 2;
      else simple(first);
    }
  }

  list(null);
  return { commands, assigned, redirections };
}

const unquoted = (word: string): string =>
  word.startsWith('"') ? word.slice(1, -1).replace(/\\(["$\\`])/g, '$1') : word;
