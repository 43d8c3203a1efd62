// Questions to a person, one after the other. The terminal is in raw mode while one is asked: nothing that is typed is
// shown unless the question wants it, and Ctrl-C comes to us as a character, so that the terminal is never left behind
// without echo.

import type { Terminal } from './world.ts';

/** The two ends of a terminal, as `process.stdin` and `process.stderr` are. */
export interface TerminalEnds {
  readonly input: {
    readonly setRawMode: (raw: boolean) => unknown;
    readonly on: (event: 'data', listener: (chunk: Buffer) => void) => unknown;
    readonly off: (event: 'data', listener: (chunk: Buffer) => void) => unknown;
    readonly resume: () => unknown;
    readonly pause: () => unknown;
  };
  readonly output: { readonly write: (text: string) => unknown };
  /** Called for Ctrl-C. */
  readonly interrupt: () => void;
}

/** A terminal that gives up an open question when it is closed; otherwise that would keep the program from ending. */
export interface OpenTerminal extends Terminal {
  readonly close: () => void;
}

/** What a key stands for, by its code. */
const KEYS: Readonly<Record<number, 'interrupt' | 'end' | 'enter' | 'erase' | 'clear'>> = {
  3: 'interrupt',
  4: 'end',
  8: 'erase',
  10: 'enter',
  13: 'enter',
  21: 'clear',
  127: 'erase',
};

export function openTerminal({ input, output, interrupt }: TerminalEnds): OpenTerminal {
  let closed = false;
  let giveUp = (): void => {};
  let turn: Promise<unknown> = Promise.resolve();

  const readLine = (question: string, echo: boolean): Promise<string | null> =>
    new Promise(resolve => {
      const typed: number[] = [];
      const decoder = new TextDecoder();
      // Bytes of one character: one that starts it and those that go on.
      const erase = (): void => {
        let byte: number | undefined;
        do byte = typed.pop();
        while (byte !== undefined && (byte & 0xc0) === 0x80);
        if (echo && byte !== undefined) output.write('\b \b');
      };
      const done = (answer: string | null): void => {
        input.off('data', read);
        input.setRawMode(false);
        input.pause();
        output.write('\n');
        giveUp = () => {};
        resolve(answer);
      };
      const read = (chunk: Buffer): void => {
        for (const byte of chunk) {
          const key = KEYS[byte];
          // What follows in the same chunk was typed for a question that had not been asked.
          if (key === 'enter') {
            done(Buffer.from(typed).toString('utf8'));
            return;
          }
          if (key === 'interrupt') {
            close();
            interrupt();
            return;
          }
          if (key === 'end' && typed.length === 0) {
            done(null);
            return;
          }
          if (key === 'erase') erase();
          else if (key === 'clear') while (typed.length > 0) erase();
          else if (byte >= 32) {
            typed.push(byte);
            if (echo) output.write(decoder.decode(Uint8Array.of(byte), { stream: true }));
          }
        }
      };
      giveUp = () => done(null);
      // In this order: what is typed as soon as the question stands there must not be shown.
      input.setRawMode(true);
      input.on('data', read);
      input.resume();
      output.write(question);
    });

  const close = (): void => {
    closed = true;
    giveUp();
  };

  return {
    ask: (question, { echo }) => {
      const answer = turn.then(() => (closed ? null : readLine(question, echo)));
      turn = answer;
      return answer;
    },
    close,
  };
}
