import { HTML_COLORS } from './html-colors.ts';

/** The style sheet of the HTML report. */
export const HTML_STYLE = `${HTML_COLORS}* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 84rem; padding: 2.5rem 2rem 3rem; background: var(--ground); color: var(--ink); font: 1rem/1.55 var(--sans); }
h1, h2, h3, h4, p, ul { margin: 0; }
h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -.02em; font-weight: 650; margin: .15rem 0 .6rem; text-wrap: balance; }
h2 { font-size: 1.3rem; line-height: 1.3; letter-spacing: -.01em; font-weight: 650; }
h3 { display: inline; font: inherit; font-weight: 600; }
h4 { font-size: .875rem; margin: 1rem 0 .5rem; }
h1::first-letter { text-transform: uppercase; }
bdi, code { overflow-wrap: anywhere; }
code { font-family: var(--mono); font-size: .9em; unicode-bidi: isolate; }
a { color: var(--ink); text-decoration-color: var(--quiet); text-underline-offset: .2em; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; border-radius: 4px; }
ins, del { text-decoration: none; }
ins { color: var(--green); }
del { color: var(--red); }
.repo, .about, .count, .note, footer { color: var(--quiet); }
.about, .count, footer { font-size: .875rem; font-variant-numeric: tabular-nums; }
.status { display: inline-block; font: 600 .8125rem/1.6 var(--sans); letter-spacing: 0; white-space: nowrap; }
.status.SYNCED { color: var(--green); } .status.OUT_OF_SYNC { color: var(--red); } .status.UNKNOWN { color: var(--amber); }
header { border-left: .25rem solid; padding-left: 1.25rem; }
header.SYNCED { border-color: var(--green); } header.OUT_OF_SYNC { border-color: var(--red); } header.UNKNOWN { border-color: var(--amber); }
header .about { margin-top: .25rem; }
nav { margin: 2rem 0 0; }
nav ul { list-style: none; padding: 0; columns: 20rem; column-gap: 2.5rem; }
nav li { display: flex; gap: .75rem; align-items: baseline; padding: .35rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
nav a { flex: 1; font-weight: 550; padding: .1rem 0; }
nav .status { min-width: 6.5rem; }
nav .count { min-width: 4rem; text-align: right; }
section { margin-top: 3rem; }
section > .about { margin: .15rem 0 1rem; }
h2 .status, h2 .count { margin-left: .5rem; font-weight: 600; }
h2 .count { font-weight: 400; }
summary { cursor: pointer; padding: .6rem .9rem; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "▸" / ""; display: inline-block; width: 1.1rem; color: var(--quiet); }
[open] > summary::before { content: "▾" / ""; }
.file, .names, details.server { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; margin-top: .75rem; overflow: clip; }
.flat { padding: .6rem .9rem .6rem 2rem; }
.file[open] > summary { border-bottom: 1px solid var(--line); }
.file > p, .file > h4, .file > .failure { padding: 0 .9rem; margin: .6rem 0; font-size: .9375rem; }
.verdict { display: inline-block; min-width: 6.6rem; font-size: .8125rem; font-weight: 600; color: var(--red); }
.verdict.not-compared { color: var(--amber); }
.verdict.uncounted:not(.not-compared) { color: var(--quiet); }
.count ins, .count del { font-family: var(--mono); }
.file .count { margin-left: .5rem; }
.origin::before { content: "●" / ""; margin-right: .5rem; color: var(--quiet); }
.origin.edited::before { color: var(--red); } .origin.behind::before { color: var(--blue); }
.warning::before { content: "Warning: "; font-weight: 600; }
.warning { color: var(--amber); margin-top: .5rem; font-size: .9375rem; }
.failure { background: var(--fill); border-left: .2rem solid var(--amber); padding: .75rem 1rem; border-radius: 0 8px 8px 0; overflow-wrap: anywhere; }
.failure p + p { color: var(--quiet); margin-top: .35rem; }
.names ul { padding: 0 .9rem .75rem 2rem; list-style: none; font-size: .9375rem; }
.names > summary { font-size: .9375rem; color: var(--quiet); }
details.server > .about, details.server > .warning { padding: 0 .9rem; margin-bottom: .75rem; }
details.server > summary .status { margin-left: .5rem; }
details.server > .names, details.server > .file { margin: .75rem .9rem; }
.diff { width: 100%; border-collapse: collapse; table-layout: fixed; font: .8125rem/1.5 var(--mono); }
.diff th { font: 500 .8125rem/1.5 var(--sans); color: var(--quiet); text-align: left; padding: .4rem .9rem; overflow-wrap: anywhere; border-bottom: 1px solid var(--line); background: var(--fill); }
.diff th + th, .diff .n.server { border-left: 1px solid var(--line); }
.diff td { padding: 0 .6rem 0 1.5rem; vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; position: relative; }
.diff col.n { width: 3.25rem; }
.diff code { font-size: inherit; }
.diff td.n { width: 3.25rem; padding: 0 .5rem 0 0; text-align: right; color: var(--quiet); white-space: nowrap; overflow-wrap: normal; user-select: none; }
.diff td:not(.n).changed::before { position: absolute; left: .6rem; }
.diff .git.changed { background: var(--out); } .diff td:not(.n).git.changed::before { content: "−" / "removed: "; color: var(--red); }
.diff .server.changed { background: var(--in); } .diff td:not(.n).server.changed::before { content: "+" / "added: "; color: var(--green); }
.diff b { font-weight: inherit; border-radius: 2px; padding: .1em 0; }
.diff .git b { background: var(--out-mark); } .diff .server b { background: var(--in-mark); }
.diff .none { background: var(--fill); }
.diff .none:last-child { border-left: 1px solid var(--line); }
.diff .gap td { background: var(--fill); color: var(--quiet); padding: 0 .9rem; text-align: center; line-height: 1.4; }
.diff i { font: italic .75rem var(--sans); color: var(--quiet); }
.diff .changed.n { color: var(--ink); }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
@media (max-width: 45rem) {
  body { padding: 1.25rem .9rem 2rem; }
  header { padding-left: .9rem; }
  h1 { font-size: 1.5rem; }
  nav { margin-top: 1.25rem; }
  section { margin-top: 2.25rem; }
  .verdict { min-width: 0; margin-right: .35rem; }
  .flat { padding-left: .9rem; }
  .diff, .diff thead, .diff tbody { display: block; }
  .diff tr { display: grid; grid-template-columns: 2.5rem minmax(0, 1fr); }
  .diff th { grid-column: 1 / -1; width: auto; border-bottom: 0; padding: .15rem .9rem; border-left: 0 !important; }
  .diff thead { padding: .25rem 0; background: var(--fill); border-bottom: 1px solid var(--line); }
  .diff th::before { content: "− " / ""; color: var(--red); } .diff th + th::before { content: "+ " / ""; color: var(--green); }
  .diff td.n { width: auto; } .diff .n.server { border-left: 0; }
  .diff .none, .diff .same .server { display: none; }
  .diff .gap td { grid-column: 1 / -1; }
}
@media print {
  :root { --ground: #fff; }
  body { padding: 0; font-size: 10pt; max-width: none; }
  section { margin-top: 1.5rem; }
  h2, summary, .diff thead { break-after: avoid; }
  .diff tr, nav li { break-inside: avoid; }
  .diff { font-size: 8pt; }
  .diff td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  a { text-decoration: none; }
}
`;
