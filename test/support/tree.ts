// Files for a test server, as a shell script that makes them. A script, because it can run inside the server's own
// namespaces, where symbolic links, owners and device nodes mean what they mean to the server, and because it can carry
// names of any bytes, which command lines made by Node cannot.

/** Owner and permission bits of an entry; both default to what root's shell makes: root, 0644 or 0755. */
interface Attributes {
  /** As chmod(1) takes it in octal, e.g. `0o600`. */
  readonly mode?: number;
  /** As chown(1) takes it, e.g. `deploy:deploy`. */
  readonly owner?: string;
  /** Time of the last change, whole seconds since the epoch. */
  readonly mtime?: number;
}

/** One entry; a plain string or Buffer is a file with that content. */
export type Entry =
  | string
  | Buffer
  | ({ readonly type: 'file'; readonly content: string | Buffer } & Attributes)
  | ({ readonly type: 'directory' } & Attributes)
  | ({ readonly type: 'fifo' } & Attributes)
  | { readonly type: 'symlink'; readonly target: string }
  /** A character device, e.g. 1 and 3 for /dev/null. Works only for a server that real root keeps. */
  | ({ readonly type: 'device'; readonly major: number; readonly minor: number } & Attributes);

/** Entries by name; names that are not UTF-8 need the second form. Parent directories are made as needed. */
export type Tree =
  | Readonly<Record<string, Entry>>
  | readonly (readonly [name: string | Buffer, entry: Entry])[];

type Special = Exclude<Entry, string | Buffer>;

/** A word of a shell script that stands for exactly these bytes (no NUL, which no name can hold). */
export const quote = (bytes: Uint8Array | string): string =>
  `'${Buffer.from(bytes as string)
    .toString('latin1')
    .replaceAll("'", "'\\''")}'`;

/** The bytes as `printf %b` takes them; digits, letters and newlines as they are, so that the script can be read. */
const percentB = (content: Buffer | string): string =>
  Buffer.from(content as string)
    .toString('latin1')
    .replace(/[^\n -~]|['\\]/g, char => `\\0${char.charCodeAt(0).toString(8).padStart(3, '0')}`);

const MAKE: { readonly [T in Special['type']]: (entry: Extract<Special, { type: T }>) => string } = {
  file: ({ content }) => `printf %b '${percentB(content)}' >"$f"`,
  directory: () => 'mkdir "$f"',
  fifo: () => 'mkfifo "$f"',
  symlink: ({ target }) => `ln -s ${quote(target)} "$f"`,
  device: ({ major, minor }) => `mknod "$f" c ${major} ${minor}`,
};

function attributes({ owner, mode, mtime }: Attributes): readonly string[] {
  return [
    ...(owner === undefined ? [] : [`chown ${quote(owner)} "$f"`]),
    ...(mode === undefined ? [] : [`chmod ${mode.toString(8)} "$f"`]),
    ...(mtime === undefined ? [] : [`touch -d @${mtime} "$f"`]),
  ];
}

function lines(path: string, entry: Entry): readonly string[] {
  const special: Special =
    typeof entry === 'string' || Buffer.isBuffer(entry) ? { type: 'file', content: entry } : entry;
  const make = MAKE[special.type] as (entry: Special) => string;
  return [
    `f=${path}`,
    `d=\${f%/*}; [ -d "$d" ] || mkdir -p "$d"; rm -rf "$f"`,
    make(special),
    ...attributes(special.type === 'symlink' ? {} : special),
  ];
}

/** The script that makes the tree below `directory`, replacing what is there under the same names. */
export function treeScript(directory: string, tree: Tree): Buffer {
  const entries = Array.isArray(tree) ? tree : Object.entries(tree);
  const script = entries.flatMap(([name, entry]) =>
    lines(quote(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name)])), entry),
  );
  return Buffer.from(['set -e; umask 022', ...script, ''].join('\n'), 'latin1');
}

/** The script that removes these names below `directory`, whole directories too. */
export const removeScript = (directory: string, names: readonly (string | Buffer)[]): Buffer =>
  Buffer.from(
    names
      .map(name => `rm -rf ${quote(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name)]))}\n`)
      .join(''),
    'latin1',
  );
