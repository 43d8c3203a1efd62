// A terminal emulator as the judge of what is printed: xterm.js without a display. It tells what would be seen, and
// everything that a text made it do besides.

import { Terminal } from '@xterm/headless';

/** What came of a text. */
export interface Screen {
  /** Rows without the spaces at their ends, up to that of the cursor. */
  readonly rows: readonly string[];
  /** Zero based, in the rows above. */
  readonly cursor: readonly [row: number, column: number];
  /** Everything but printing, new lines and tabs, as `CSI 2J`; colours are in `colours`. */
  readonly done: readonly string[];
  /** Parameters of the colour sequences, each once. */
  readonly colours: readonly string[];
}

const finals = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i));

const COLUMNS = 4000;

/** Shows a text on a new terminal, so wide that no line is broken; every line feed begins a line, as in a tty. */
export async function showOn(text: string): Promise<Screen> {
  const options = { cols: COLUMNS, rows: 5, scrollback: 100_000, convertEol: true, allowProposedApi: true };
  const terminal = new Terminal(options);
  const done: string[] = [];
  const colours = new Set<string>();
  const note = (what: string) => (): boolean => {
    done.push(what);
    return false;
  };
  const { parser } = terminal;
  for (const prefix of [undefined, '?', '>', '=', '<', '!'])
    for (const intermediates of [undefined, ' ', '!', '"', '$', "'", '*'])
      for (const final of finals(0x40, 0x7e)) {
        const id = {
          final,
          ...(prefix === undefined ? {} : { prefix }),
          ...(intermediates === undefined ? {} : { intermediates }),
        };
        if (prefix !== '!') {
          const ours = final === 'm' && prefix === undefined && intermediates === undefined;
          parser.registerCsiHandler(id, parameters => {
            if (ours) colours.add(parameters.join(';'));
            else done.push(`CSI ${prefix ?? ''}${parameters.join(';')}${intermediates ?? ''}${final}`);
            return false;
          });
          parser.registerDcsHandler(id, note(`DCS ${final}`));
        }
      }
  for (const intermediates of [undefined, ' ', '#', '%', '(', ')', '*', '+', '-', '.', '/'])
    for (const final of finals(0x30, 0x7e)) {
      const id = intermediates === undefined ? { final } : { final, intermediates };
      parser.registerEscHandler(id, note(`ESC ${intermediates ?? ''}${final}`));
    }
  for (let id = 0; id < 2000; id += 1) parser.registerOscHandler(id, note(`OSC ${id}`));
  terminal.onTitleChange(note('title'));
  terminal.onBell(note('bell'));
  terminal.onData(answer => void done.push(`answered ${JSON.stringify(answer)}`));

  const before = JSON.stringify(terminal.modes);
  await new Promise<void>(resolve => {
    terminal.write(text, resolve);
  });
  if (JSON.stringify(terminal.modes) !== before) done.push('modes');
  const { active } = terminal.buffer;
  if (active.type !== 'normal') done.push('other screen');
  const last = active.baseY + active.cursorY;
  const rows = Array.from({ length: last + 1 }, (_, y) => active.getLine(y)?.translateToString(true) ?? '');
  const screen: Screen = {
    rows: rows.map(row => row.trimEnd()),
    cursor: [last, active.cursorX],
    done,
    colours: [...colours],
  };
  terminal.dispose();
  return screen;
}

/** The rows that a text of visible characters, spaces, tabs and our colours has to show. */
export const rowsOf = (text: string): readonly string[] =>
  text
    .replace(/\u001b\[\d+m/g, '')
    .split('\n')
    .map(line => line.trimEnd());
