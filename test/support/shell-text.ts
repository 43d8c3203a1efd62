// What a shell script can do, read off its text: the programs it may run, and what it redirects where. It knows the
// grammar that the probe's script keeps to, and throws at anything else, so that nothing passes by not being understood.

/** What stands in a script, each in order of appearance. */
export interface ShellText {
  /** First words of commands, builtins and functions of the script included; quoted as they stand. */
  readonly commands: readonly string[];
  /** Redirections without their spaces, e.g. `2>/dev/null`. */
  readonly redirections: readonly string[];
}

const OPENERS = new Set(['if', 'then', 'else', 'elif', 'while', 'until', 'do', '{', '!']);
const CLOSERS = new Set(['fi', 'done', '}', 'esac']);
const ASSIGNMENT = /^[A-Za-z_][\w$]*=/;
const REDIRECTION = /^\d*(?:>>|>\||>&|<&|<>|<<|>|<)/;

/** Reads a script, and what it hands to `eval`, to the end. */
export function readShell(text: string): ShellText {
  const commands: string[] = [];
  const redirections: string[] = [];
  let at = 0;

  const rest = (): string => text.slice(at);
  const fail = (what: string): never => {
    throw new Error(`${what} at: ${rest().slice(0, 60)}`);
  };
  const nested = (inner: string): void => {
    const found = readShell(inner);
    commands.push(...found.commands);
    redirections.push(...found.redirections);
  };

  /** From `$(` or `(` on to behind its end; quotes and `case` patterns inside are none of its business but nesting is. */
  function parenthesised(): string {
    const from = ++at;
    for (let depth = 1; at < text.length; at++) {
      const char = text[at];
      if (char === '\\') at++;
      else if (char === '"') {
        for (at++; text[at] !== '"'; at++) {
          if (text[at] === '\\') at++;
          else if (rest().startsWith('$(')) {
            at++;
            parenthesised();
            at--;
          }
        }
      } else if (char === '(') depth++;
      else if (char === ')' && --depth === 0) return text.slice(from, at++);
      else if (/^\bcase\b/.test(rest()) && /[\s;(]/.test(text[at - 1] ?? ' '))
        depth += (/^case\s.*?\besac\b/s.exec(rest())?.[0].match(/[^(;]*\)(?=[^)]*;;)/g) ?? []).length;
    }
    return fail('an open parenthesis');
  }

  function dollar(): string {
    const from = at++;
    if (rest().startsWith('((')) {
      const end = text.indexOf('))', at);
      if (/[`]|\$\(/.test(text.slice(at, end))) fail('a command in arithmetic');
      at = end + 2;
    } else if (text[at] === '(') nested(parenthesised());
    else if (text[at] === '{') {
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
    while (words[0] !== undefined && ASSIGNMENT.test(words[0])) words.shift();
    const [command, ...args] = words;
    if (command === undefined) return;
    commands.push(command);
    if (command === 'eval') nested(args.map(unquoted).join(' '));
    // Words that a later "$@" runs.
    if (command === 'set' && args[0] === '--' && /^[a-z]/.test(args[1] ?? '')) commands.push(args[1] as string);
    if (/^(command|exec|env|nohup|time)$/.test(command) && args[0] !== undefined) commands.push(args[0]);
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
      if (at >= text.length) return;
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
        commands.push(`for ${word()}`);
        blanks();
        if (/^in\b/.test(rest())) for (word(), blanks(); text[at] !== ';' && text[at] !== '\n'; blanks()) word();
      } else if (/^\w+$/.test(first) && rest().startsWith('()')) at += 2;
      else simple(first);
    }
  }

  list(null);
  return { commands, redirections };
}

const unquoted = (word: string): string =>
  word.startsWith('"') ? word.slice(1, -1).replace(/\\(["$\\`])/g, '$1') : word;
