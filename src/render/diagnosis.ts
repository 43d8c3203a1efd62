import type { Finding } from '../domain/diagnosis.ts';
import { escapeText } from '../domain/escape.ts';
import type { Style } from './style.ts';

/** What the doctor found out about one thing: a server, the repository, the status server. */
export interface Diagnosis {
  readonly about: string;
  readonly findings: readonly Finding[];
}

/** All diagnoses as text; ends with a newline. */
export const renderDiagnoses = (diagnoses: readonly Diagnosis[], style: Style): string =>
  diagnoses
    .map(
      ({ about, findings }) =>
        `${style.heading(escapeText(about))}\n${[...findings.flatMap(finding => lines(finding, style)), ...unreached(findings)].join('\n')}\n`,
    )
    .join('\n');

const WIDTH = 'authentication'.length;

type Lines = {
  readonly [S in Finding['state']]: (
    finding: Extract<Finding, { state: S }>,
    style: Style,
  ) => readonly string[];
};

const LINES: Lines = {
  passed: ({ step, text }, style) => [`  ${style.good('✓')} ${step.padEnd(WIDTH)}  ${escapeText(text)}`],
  noticed: ({ step, text }, style) => [`  ${style.unsure('!')} ${step.padEnd(WIDTH)}  ${escapeText(text)}`],
  broken: ({ step, text, hint }, style) => [
    `  ${style.bad('✗')} ${step.padEnd(WIDTH)}  ${escapeText(text)}`,
    `    ${''.padEnd(WIDTH)}  hint: ${escapeText(hint)}`,
  ],
  'not-reached': () => [],
};

/** What was not reached, in one line: it is behind what is broken. */
function unreached(findings: readonly Finding[]): readonly string[] {
  const steps = findings.filter(({ state }) => state === 'not-reached').map(({ step }) => step);
  return steps.length > 0 ? [`  - ${'not reached'.padEnd(WIDTH)}  ${steps.join(', ')}`] : [];
}

const lines = (finding: Finding, style: Style): readonly string[] =>
  (LINES[finding.state] as (finding: Finding, style: Style) => readonly string[])(finding, style);
