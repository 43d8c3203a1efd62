import { expect, test } from 'vitest';
import { type ColorWish, createStyle, wantsColor } from '../../src/render/style.ts';

const TTY: ColorWish = { flag: true, env: { TERM: 'xterm' }, isTTY: true };
const PIPE: ColorWish = { ...TTY, isTTY: false };

test.each<readonly [string, ColorWish, boolean]>([
  ['a terminal', TTY, true],
  ['a pipe', PIPE, false],
  ['a terminal without TERM', { ...TTY, env: {} }, true],
  ['a dumb terminal', { ...TTY, env: { TERM: 'dumb' } }, false],
  ['NO_COLOR', { ...TTY, env: { NO_COLOR: '1' } }, false],
  ['NO_COLOR=0 is set, too', { ...TTY, env: { NO_COLOR: '0' } }, false],
  ['an empty NO_COLOR', { ...TTY, env: { NO_COLOR: '' } }, true],
  ['FORCE_COLOR in a pipe', { ...PIPE, env: { FORCE_COLOR: '1' } }, true],
  ['FORCE_COLOR on a dumb terminal', { ...TTY, env: { FORCE_COLOR: '1', TERM: 'dumb' } }, true],
  ['an empty FORCE_COLOR', { ...PIPE, env: { FORCE_COLOR: '' } }, false],
  ['FORCE_COLOR=0', { ...TTY, env: { FORCE_COLOR: '0' } }, false],
  ['FORCE_COLOR=false', { ...TTY, env: { FORCE_COLOR: 'false' } }, false],
  ['NO_COLOR before FORCE_COLOR', { ...TTY, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
  ['--no-color before all', { flag: false, env: { FORCE_COLOR: '1' }, isTTY: true }, false],
])('%s', (_, wish, wanted) => {
  expect(wantsColor(wish)).toBe(wanted);
});

test('colours whatever this process writes to, and leaves text alone when off', () => {
  expect(createStyle(true).added('x')).toBe('\u001b[32mx\u001b[39m');
  expect(createStyle(true).added('')).toBe('');
  expect(Object.values(createStyle(false)).map(paint => paint('x'))).toEqual(Array(7).fill('x'));
});
