import { utcSeconds } from './report.ts';

const YEAR_0 = -62_167_219_200;
const YEAR_10000 = 253_402_300_800;

/** Seconds since the epoch as UTC; null for what four digits of a year cannot say, since a file may have any time. */
export const fileTime = (seconds: number): string | null =>
  seconds >= YEAR_0 && seconds < YEAR_10000 ? utcSeconds(new Date(seconds * 1000)) : null;
