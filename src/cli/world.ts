// Everything the program may touch, handed in by main.ts: tests hand in their own.

/** A stream that takes text, or bytes as they are. */
export interface Output {
  readonly write: (text: string | Buffer) => void;
  readonly isTTY: boolean;
  /** Width of the terminal as it is now; 80 where there is none. */
  readonly columns: () => number;
  /** True once whoever read it has gone away. */
  readonly isClosed: () => boolean;
}

/** A person at a terminal. */
export interface Terminal {
  /**
   * Asks for one line, after any other question is done; `echo` shows what is typed. Null if the person wants no more
   * (Ctrl-D) or ends the run (Ctrl-C).
   */
  readonly ask: (question: string, options: { readonly echo: boolean }) => Promise<string | null>;
}

export interface World {
  readonly version: string;
  /** Environment at start, secrets included; never passed to a child process as it is. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Home directory and login name from the passwd database, as OpenSSH uses them, not from $HOME. */
  readonly home: string;
  readonly userName: string;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Null without a terminal on both stdin and stderr, and in CI: then nobody is asked anything. */
  readonly terminal: Terminal | null;
  /** Aborted by the first SIGINT or SIGTERM; the reason is the signal's name. */
  readonly signal: AbortSignal;
}
