// JUnit's XML, as build servers read it: a suite for each server, a case for each file. Drift that counts is a failure,
// what could not be compared an error. The times are those of the server, since files are compared together.

import { failureText } from '../domain/failure-text.ts';
import type { FileVerdict, Verdict } from '../domain/file-verdict.ts';
import { originText } from '../domain/origin-text.ts';
import { showPath } from '../domain/remote-path.ts';
import { type Report, type ServerReport, utcSeconds } from '../domain/report.ts';
import type { UserError } from '../domain/user-error.ts';
import { type DiffView, verdictDiff } from '../domain/verdict-diff.ts';
import { diffLabels } from './diff-labels.ts';
import { createStyle } from './style.ts';
import { fileDetails, VERDICT_WORDS } from './text-file.ts';
import { unifiedDiff } from './unified-diff.ts';
import { element, type Xml, xmlDocument } from './xml.ts';

/** How the JUnit report is written. */
export interface JunitOptions extends DiffView {
  /** Carry what differs as the text of the failures. */
  readonly diff: boolean;
}

/** What became of one case. */
interface Case {
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly type: string;
  readonly message: string;
  /** Lines, safe to print. */
  readonly text: readonly string[];
}

/** The report as one XML document. */
export function renderJunit(report: Report, options: JunitOptions): string {
  const suites = report.servers.map(server => ({ server, cases: casesOf(server, report, options) }));
  const all = suites.flatMap(({ cases }) => cases);
  const seconds = (report.finishedAt.getTime() - report.startedAt.getTime()) / 1000;
  return xmlDocument(
    element('testsuites', { name: `sshdrift ${report.repo}`, ...counts(all), time: `${seconds}` }, [
      ...suites.map(({ server, cases }) => suite(server, cases)),
    ]),
  );
}

/** The document for a run that never began: one error. */
export function renderJunitError({ message, hint }: UserError): string {
  const cases: readonly Case[] = [
    { name: 'check', outcome: 'error', type: 'usage', message, text: [message, `hint: ${hint}`] },
  ];
  const attributes = { name: 'sshdrift', ...counts(cases) };
  return xmlDocument(
    element('testsuites', attributes, [
      element(
        'testsuite',
        attributes,
        cases.map(one => caseElement('sshdrift', one)),
      ),
    ]),
  );
}

const counts = (cases: readonly Case[]) => ({
  tests: `${cases.length}`,
  failures: `${cases.filter(one => one.outcome === 'failure').length}`,
  errors: `${cases.filter(one => one.outcome === 'error').length}`,
  skipped: `${cases.filter(one => one.outcome === 'skipped').length}`,
});

function suite(server: ServerReport, cases: readonly Case[]): Xml {
  const attributes = {
    name: server.server,
    ...counts(cases),
    time: `${server.durationMs / 1000}`,
    // The format knows no time zone.
    timestamp: utcSeconds(server.checkedAt).slice(0, -1),
    hostname: server.host,
  };
  const warnings = server.warnings.map(warning => `warning: ${warning}`);
  return element('testsuite', attributes, [
    ...cases.map(one => caseElement(server.server, one)),
    ...(warnings.length > 0 ? [element('system-out', {}, [warnings.join('\n')])] : []),
  ]);
}

function caseElement(classname: string, { name, outcome, type, message, text }: Case): Xml {
  const attributes = { classname, name, time: '0' };
  if (outcome === 'passed') return element('testcase', attributes, []);
  const what = outcome === 'skipped' ? { message } : { type, message };
  return element('testcase', attributes, [element(outcome, what, text.length > 0 ? [text.join('\n')] : [])]);
}

function casesOf(server: ServerReport, report: Report, options: JunitOptions): readonly Case[] {
  if (server.failure) {
    const { message, hint } = failureText(server.failure);
    const { code } = server.failure;
    return [{ name: 'comparison', outcome: 'error', type: code, message, text: [message, `hint: ${hint}`] }];
  }
  return [
    ...server.files.map(file => fileCase(file, server, { report, options })),
    ...server.ignored.map(
      ({ name, reason, until }): Case => ({
        name: showPath(name),
        outcome: 'skipped',
        type: 'ignored',
        message: `ignored: ${reason}${until === null ? '' : ` (until ${until})`}`,
        text: [],
      }),
    ),
  ];
}

interface Context {
  readonly report: Report;
  readonly options: JunitOptions;
}

function fileCase(file: FileVerdict, server: ServerReport, { report, options }: Context): Case {
  const diff = options.diff || file.verdict === 'modified' ? verdictDiff(file, options) : null;
  const origin = originText(file);
  const details = [...fileDetails(file, diff), ...(origin === null ? [] : [origin])];
  const shown = options.diff && diff && file.counted;
  return {
    name: showPath(file.name),
    outcome: OUTCOMES[file.verdict](file),
    type: file.verdict,
    message: [VERDICT_WORDS[file.verdict], ...details].join('; '),
    text: shown
      ? unifiedDiff(diff, diffLabels(file, server.server, report.git), createStyle(false))
      : details,
  };
}

const drift = ({ counted }: FileVerdict): Case['outcome'] => (counted ? 'failure' : 'skipped');

const OUTCOMES: Readonly<Record<Verdict, (file: FileVerdict) => Case['outcome']>> = {
  'in-sync': () => 'passed',
  modified: drift,
  missing: drift,
  unmanaged: drift,
  metadata: drift,
  'not-compared': () => 'error',
};
