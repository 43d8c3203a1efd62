// What makes the status page live. The page works without it: it is rendered in one place, on the server, and this asks
// for it again and puts what is new into what is there. So focus, scroll position, what was typed and what was
// unfolded stay.

import { ageText } from './age-text.ts';

/** Milliseconds between two questions, and until one is given up. */
const EVERY_MS = 5000;
const GIVE_UP_MS = 10_000;

/** The one script of the page. */
export const STATUS_PAGE_SCRIPT = `(() => {
'use strict';
const ageText = ${ageText};
const byId = id => document.getElementById(id);
let ahead = Date.parse(document.documentElement.dataset.now) - Date.now(); // of the server's clock
let heard = Date.now();
let etag = null, asking = null, next = 0, typing = 0, lost = null;
const summary = () => [...document.querySelectorAll('h1, .found')].map(e => e.textContent).join('. ');
const say = text => { byId('say').textContent = text; };

function tick() {
  const now = Date.now() + ahead;
  for (const time of document.querySelectorAll('time')) {
    const age = time.querySelector('.age');
    const text = ageText(now - Date.parse(time.dateTime));
    if (age.textContent !== text) age.textContent = text;
  }
  const trouble = byId('trouble');
  trouble.hidden = lost === null;
  const text = lost === null ? '' : lost + ', last heard ' + ageText(Date.now() - heard) + '. What you see may be old.';
  if (trouble.textContent !== text) trouble.textContent = text;
}

function merge(old, fresh) {
  const keeps = name => name === 'open' && old.localName === 'details';
  for (const { name, value } of fresh.attributes)
    if (!keeps(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes])
    if (!keeps(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  const wanted = new Set([...fresh.children].map(e => e.id));
  for (const child of [...old.children]) if (child.id && !wanted.has(child.id)) child.remove();
  const known = new Map([...old.children].filter(e => e.id).map(e => [e.id, e]));
  let at = old.firstChild;
  for (const node of [...fresh.childNodes]) {
    const match = node.id ? known.get(node.id) : at && !at.id && at.nodeName === node.nodeName ? at : null;
    if (!match || match.nodeName !== node.nodeName) { old.insertBefore(node, at); continue; }
    if (match === at) at = at.nextSibling;
    else old.insertBefore(match, at);
    if (match.nodeType === Node.ELEMENT_NODE) merge(match, node);
    else if (match.data !== node.data) match.data = node.data;
  }
  while (at) { const rest = at.nextSibling; at.remove(); at = rest; }
}

function show(fresh) {
  const version = doc => doc.querySelector('meta[name=generator]')?.content;
  if (!fresh.getElementById('main')) throw new Error('something else answers');
  if (version(fresh) !== version(document)) return location.reload();
  const [before, focus] = [summary(), document.activeElement?.id];
  for (const id of ['top', 'main']) merge(byId(id), fresh.getElementById(id));
  document.title = fresh.title;
  const icon = doc => doc.querySelector('link[rel=icon]');
  if (icon(document).href !== icon(fresh).href) icon(document).href = icon(fresh).href;
  if (focus && document.activeElement?.id !== focus) byId(focus)?.focus({ preventScroll: true });
  if (summary() !== before) say(summary());
  offerCopies();
}

async function ask() {
  clearTimeout(next);
  asking?.abort();
  const mine = asking = new AbortController();
  const late = setTimeout(() => mine.abort(), ${GIVE_UP_MS});
  try {
    const headers = etag === null ? {} : { 'if-none-match': etag };
    const response = await fetch(location.href.split('#')[0], { headers, cache: 'no-store', signal: mine.signal });
    const text = await response.text();
    if (asking !== mine) return;
    if (response.status === 200) show(new DOMParser().parseFromString(text, 'text/html'));
    else if (response.status !== 304) throw new Error('HTTP ' + response.status);
    etag = response.headers.get('etag');
    ahead = Date.parse(response.headers.get('date')) - Date.now() || ahead;
    heard = Date.now();
    if (lost !== null) say('The status server is back. ' + summary());
    lost = null;
  } catch (error) {
    if (asking !== mine) return;
    const why = error instanceof TypeError || error.name === 'AbortError' ? '' : ' (' + error.message + ')';
    if (lost === null) say('Cannot reach the status server');
    lost = 'Cannot reach the status server' + why;
  } finally {
    clearTimeout(late);
  }
  tick();
  if (!document.hidden) next = setTimeout(ask, ${EVERY_MS});
}

function offerCopies() {
  if (navigator.clipboard) for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false;
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(next);
  else ask();
});
addEventListener('online', ask);
addEventListener('pageshow', event => { if (event.persisted) ask(); });
document.addEventListener('input', ({ target }) => {
  if (target.id !== 'q') return;
  history.replaceState(null, '', target.value ? '?' + new URLSearchParams({ q: target.value }) : location.pathname);
  etag = null;
  clearTimeout(typing);
  typing = setTimeout(ask, 150);
});
document.addEventListener('submit', event => { event.preventDefault(); ask(); });
document.addEventListener('click', async ({ target }) => {
  if (!target.dataset?.copy) return;
  await navigator.clipboard.writeText(byId(target.dataset.copy).textContent);
  target.textContent = 'Copied';
  say('Copied');
});
setInterval(() => { if (!document.hidden) tick(); }, 1000);
offerCopies();
tick();
if (!document.hidden) next = setTimeout(ask, ${EVERY_MS});
})();`;
