import { HTML_COLORS } from './html-colors.ts';

/** The style sheet of the status page. */
export const STATUS_PAGE_STYLE = `${HTML_COLORS}
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 76rem; padding: 2.5rem 2rem 3rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 var(--sans); }
h1, h2, h3, p, ul, ol, pre { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 2.25rem; line-height: 1.15; letter-spacing: -.025em; font-weight: 650; text-wrap: balance; }
h1::first-letter { text-transform: uppercase; }
h2 { font-size: 1.125rem; line-height: 1.4; letter-spacing: -.01em; font-weight: 650; }
h3 { display: inline; font-size: 1.0625rem; line-height: 1.4; font-weight: 600; }
bdi, code { overflow-wrap: anywhere; }
code { font-family: var(--mono); font-size: .9em; unicode-bidi: isolate; }
a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: .2em; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; border-radius: 4px; }
time { font-variant-numeric: tabular-nums; }
.at { color: var(--quiet); white-space: nowrap; }
.at::before { content: "("; } .at::after { content: ")"; }
.kind, .about, .note, .more, .count, .repo, footer { color: var(--quiet); }
.kind { font-size: .875rem; margin-bottom: .25rem; }
.about, .more, footer { font-size: .875rem; }
.said { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.OUT_OF_SYNC { --tone: var(--red); } .UNKNOWN { --tone: var(--amber); } .STALE { --tone: var(--blue); }
.SYNCED { --tone: var(--green); } .EMPTY { --tone: var(--quiet); }
.status { color: var(--tone); font-weight: 600; white-space: nowrap; }
.sign { color: var(--tone); font-weight: 700; }
.trouble { background: var(--out); color: var(--red); border: 1px solid var(--out-mark); border-radius: 8px; padding: .7rem 1rem; margin-bottom: 1.5rem; font-weight: 550; }
.counts { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .75rem; margin: 1.5rem 0 1rem; }
.counts li { display: grid; }
.counts a, .counts div { display: block; background: var(--paper); border: 1px solid var(--line); border-top: 3px solid var(--tone); border-radius: 8px; padding: .8rem 1.1rem .9rem; text-decoration: none; }
.counts a:hover { border-color: var(--tone); }
.counts b { display: block; font-size: 2.5rem; line-height: 1.15; letter-spacing: -.03em; font-weight: 650; font-variant-numeric: tabular-nums; color: var(--tone); overflow-wrap: anywhere; }
.counts .name { font-weight: 600; }
.counts small { display: block; font-size: .8125rem; color: var(--quiet); }
.counts .none a, .counts .none div { border-top-color: var(--line); }
.counts .none b, .counts .none .sign { color: var(--quiet); }
.counts .none b { font-weight: 500; }
form { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .6rem; margin-top: 2rem; }
label { font-weight: 550; font-size: .9375rem; }
input, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--quiet); border-radius: 8px; padding: .45rem .8rem; min-height: 2.75rem; }
input { flex: 1 1 14rem; max-width: 26rem; min-width: 0; }
button { cursor: pointer; font-weight: 550; }
button:hover { background: var(--fill); }
.found { margin-top: .75rem; }
section { margin-top: 2.25rem; }
h2 .count { font-weight: 400; margin-left: .2rem; }
.cards { display: grid; gap: .75rem; margin-top: .75rem; align-items: start; }
.card { background: var(--paper); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 8px; padding: .85rem 1.1rem .95rem; min-width: 0; }
.card .repo, .lines .repo { font-size: .875rem; margin-left: .4rem; }
.stale { display: inline-block; margin-left: .5rem; padding: 0 .5rem; border: 1px solid var(--blue); border-radius: 99px; color: var(--blue); font-size: .8125rem; font-weight: 600; line-height: 1.5; }
.files { margin-top: .55rem; }
.files li { padding: .28rem 0; border-top: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .1rem 1rem; align-items: baseline; }
.files li:first-child { border-top: 0; }
.files code { min-width: 0; }
.note { font-size: .875rem; }
.reason { margin-top: .35rem; font-size: .9375rem; color: var(--quiet); }
.reason code { color: var(--ink); }
.more { margin-top: .6rem; }
.STALE .cards, .UNKNOWN .cards, .many .cards { grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); }
summary { cursor: pointer; list-style: none; min-height: 1.75rem; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "▸" / ""; display: inline-block; width: 1.1rem; color: var(--quiet); }
[open] > summary::before { content: "▾" / ""; }
summary h2 { display: inline; }
.card summary { font-size: .875rem; color: var(--quiet); margin-top: .3rem; }
.lines { columns: 20rem; column-gap: 2.5rem; margin-top: .5rem; }
.lines li { padding: .4rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; display: flex; align-items: baseline; gap: .5rem; }
.lines bdi { min-width: 0; }
.lines .repo { flex: none; max-width: 40%; margin-left: 0; }
.times { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin-top: .1rem; }
.lines time { margin-left: auto; color: var(--quiet); font-size: .875rem; white-space: nowrap; }
.events { margin-top: .5rem; }
.events li { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .1rem 1rem; padding: .45rem 0; border-bottom: 1px solid var(--line); }
.events time { color: var(--quiet); font-size: .875rem; line-height: 1.7; }
.events .what > bdi { font-weight: 600; margin-right: .35rem; }
.events .status { font-size: .875rem; margin-right: .35rem; }
.start { max-width: 52rem; }
.start p { margin-top: 1rem; }
.command { display: flex; align-items: flex-start; gap: .6rem; margin-top: .6rem; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: .5rem .5rem .5rem 1rem; }
.command pre { flex: 1; min-width: 0; white-space: pre-wrap; overflow-wrap: anywhere; padding: .45rem 0; line-height: 1.6; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; align-items: baseline; }
footer a { padding: .1rem 0; }
@media (max-width: 45rem) {
  body { padding: 1.25rem .9rem 2rem; }
  h1 { font-size: 1.75rem; }
  .counts { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6rem; margin-top: 1.1rem; }
  .counts a, .counts div { padding: .55rem .85rem .65rem; }
  .counts b { font-size: 2rem; }
  form { margin-top: 1.5rem; }
  label { flex-basis: 100%; }
  .card { padding: .75rem .85rem .8rem; }
  .events li { grid-template-columns: minmax(0, 1fr); }
  .command { flex-direction: column; align-items: stretch; padding: .4rem .8rem .8rem; }
}
@media (prefers-reduced-motion: no-preference) {
  html { scroll-behavior: smooth; }
}
@media (forced-colors: active) {
  .card, .counts a, .counts div { border: 1px solid; }
}
`;
