// The page of the status server in a real browser: for everybody, on every screen, live, and with no way out.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { PostedStatus } from '../../src/domain/posted-status.ts';
import { utcSeconds } from '../../src/domain/report.ts';
import { ageText } from '../../src/render/age-text.ts';
import { type Browser, noBrowser, openBrowser, type Page, until, violations } from '../support/browser.ts';
import { allInSync, BIDI, badDay, HOSTILE, PAGE_NOW, posted, tenThousand } from '../support/posted-site.ts';
import { needs } from '../support/programs.ts';
import { startStatusReceiver } from '../support/status-receiver.ts';

const missing = noBrowser();
if (missing !== null) console.warn(`skipped: ${missing}`);

/** A status server that has taken these. */
async function serving(statuses: readonly PostedStatus[], now: () => Date = () => PAGE_NOW) {
  const receiver = await startStatusReceiver({ now });
  onTestFinished(receiver.close);
  const post = (status: PostedStatus) => receiver.server.store.post(status);
  await Promise.all(statuses.map(post));
  return { ...receiver, post, page: `${receiver.url}/` };
}

/** A check of this moment. */
const fresh = (...args: Parameters<typeof posted>): PostedStatus => ({
  ...posted(...args),
  last_check: utcSeconds(new Date()),
});
const live = (statuses: readonly PostedStatus[]) => serving(statuses, () => new Date());

needs('chromium').describe('the status page', () => {
  describe.skipIf(missing !== null)('in Chromium', () => {
    let browser: Browser;
    let strict: Browser;
    beforeAll(async () => {
      [browser, strict] = await Promise.all([openBrowser(true), openBrowser(false)]);
    });
    afterAll(async () => {
      await Promise.all([browser?.close(), strict?.close()]);
    });

    const open = async (url: string, from: Browser = strict) => {
      const page = await from.newPage();
      onTestFinished(() => page.close());
      const said: string[] = [];
      const asked: string[] = [];
      page.on('console', message => said.push(message.text?.() ?? ''));
      page.on('request', request => asked.push(request.url?.() ?? ''));
      await page.goto(url);
      return { page, said, asked };
    };
    const textOf = (page: Page, selector: string): Promise<string> =>
      page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent.trim() ?? ''`);
    const textsOf = (page: Page, selector: string): Promise<readonly string[]> =>
      page.evaluate(
        `[...document.querySelectorAll(${JSON.stringify(selector)})].map(e => e.textContent.trim())`,
      );
    const has = (selector: string, text: string): string =>
      `[...document.querySelectorAll(${JSON.stringify(selector)})].some(e => e.textContent.includes(${JSON.stringify(text)}))`;
    /** Asks as if the five seconds to the next question were over, and resolves when the answer is worked in. */
    const ask = (page: Page): Promise<unknown> =>
      page.evaluate(`new Promise(resolve => {
        const real = window.fetch;
        window.fetch = async (...of) => {
          window.fetch = real;
          window.statuses ??= [];
          // What awaits the answer goes on before a timer does.
          const done = () => setTimeout(() => setTimeout(resolve));
          const response = await real(...of).catch(error => {
            done();
            throw error;
          });
          statuses.push(response.status);
          const text = await response.text().finally(done);
          const { status, headers } = response;
          return { status, headers, text: async () => text };
        };
        dispatchEvent(new Event('online'));
      })`);

    const SITES: Readonly<Record<string, readonly PostedStatus[]>> = {
      empty: [],
      allInSync,
      badDay,
      tenThousand,
    };
    const SCREENS = (['light', 'dark'] as const).flatMap(scheme =>
      [390, 1280].map(width => [scheme, width] as const),
    );

    test.each(SCREENS)(
      '%s, %i px wide: no axe violations, nothing wider than the screen',
      async (colorScheme, width) => {
        for (const [name, statuses] of Object.entries(SITES)) {
          const { page: url } = await serving(statuses);
          const { page } = await open(url, browser);
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 844 });
          // For people who want to look: SCREENSHOTS=DIR.
          if (process.env.SCREENSHOTS) {
            const path = join(process.env.SCREENSHOTS, `status-${name}-${colorScheme}-${width}.png`);
            await page.screenshot({ path, fullPage: true });
          }
          await page.evaluate('document.querySelectorAll("details").forEach(d => { d.open = true; })');
          expect({ name, violations: await violations(page) }).toEqual({ name, violations: [] });
          const tooWide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect({ name, tooWide }).toEqual({ name, tooWide: 0 });
        }
      },
      120_000,
    );

    test('hostile names run nothing and load nothing, and the policy is obeyed', async () => {
      const { page: url } = await serving(badDay);
      const { page, said, asked } = await open(url);
      await ask(page);
      expect(
        await page.evaluate('[typeof window.owned, document.images.length, document.scripts.length]'),
      ).toEqual(['undefined', 0, 1]);
      expect(said).toEqual([]);
      expect(new Set(asked.filter(one => !one.startsWith('data:')))).toEqual(new Set([url]));
      expect(await textsOf(page, '.OUT_OF_SYNC h3')).toContain(HOSTILE);
      expect(await textsOf(page, '.OUT_OF_SYNC .files code')).toContain(
        BIDI.replace('\u202e', '\\u{202e}').replace('\u202c', '\\u{202c}').replace('\u0007', '\\x07'),
      );
    });

    test('what is posted appears, and what somebody does with the page stays', async () => {
      const files = Array.from({ length: 20 }, (_, i) => ({ name: `${i}.conf` }));
      const { page: url, post } = await live([
        fresh('web-1', 'OUT_OF_SYNC', { files }),
        fresh('relay-1', 'SYNCED'),
        ...Array.from({ length: 50 }, (_, i) => fresh(`node-${i}`, 'SYNCED')),
      ]);
      const { page, said } = await open(url);
      expect(await textOf(page, 'h1')).toBe('1 of 52 servers out of sync');
      await page.evaluate(
        `window.kept = document.querySelector('.card summary'); kept.focus(); scrollTo(0, 99);`,
      );
      await page.keyboard.press('Enter');
      await post(fresh('relay-1', 'OUT_OF_SYNC', { files: [{ name: 'rsyslog.conf' }] }));
      // Nothing is done here: the page asks by itself.
      await until(page, has('.OUT_OF_SYNC h3', 'relay-1'));
      expect(
        await page.evaluate('[document.activeElement === kept, kept.parentElement.open, scrollY]'),
      ).toEqual([true, true, 99]);
      expect(await textsOf(page, '.counts b')).toEqual(['2', '0', '0', '50']);
      expect(await textOf(page, '#say')).toBe('2 of 52 servers out of sync');
      expect(await page.evaluate('document.title')).toBe('✗ 2 of 52 servers out of sync · sshdrift');
      expect(await textOf(page, '.events li .what')).toContain('relay-1');
      // And again, after an answer.
      await post(fresh('relay-1', 'SYNCED'));
      await until(page, `!(${has('.OUT_OF_SYNC h3', 'relay-1')})`);
      expect(await textOf(page, '#say')).toBe('1 of 52 servers out of sync');
      expect(said).toEqual([]);
    });

    test('nothing new: 304, and nobody is told anything', async () => {
      const { page: url } = await live([fresh('web-1', 'SYNCED')]);
      const { page } = await open(url);
      for (let i = 0; i < 3; i++) await ask(page);
      expect(await page.evaluate('statuses')).toEqual([200, 304, 304]);
      expect(await textOf(page, '#say')).toBe('');
    });

    test('a server that does not answer is told, until it does again', async () => {
      const { page: url, server } = await live([fresh('web-1', 'SYNCED')]);
      const { page } = await open(url);
      const shown = `!document.querySelector('#trouble').hidden`;
      await page.evaluate(`window.real = fetch; window.fetch = () => Promise.reject(new TypeError('cut'));`);
      await ask(page);
      await until(page, shown);
      expect(await textOf(page, '#trouble')).toMatch(
        /^Cannot reach the status server, last heard just now\. What you see may be old\.$/,
      );
      expect(await textOf(page, '#say')).toBe('Cannot reach the status server');
      await page.evaluate(`window.fetch = async () => new Response('', { status: 502 });`);
      await ask(page);
      await until(page, has('#trouble', '(HTTP 502)'));
      await page.evaluate(`window.fetch = async () => new Response('<h1>Log in</h1>');`);
      await ask(page);
      await until(page, has('#trouble', '(something else answers)'));
      await page.evaluate('window.fetch = real;');
      await ask(page);
      await until(page, `!(${shown})`);
      expect(await textOf(page, '#say')).toBe('The status server is back. 1 server in sync');
      await server.stop();
      await ask(page);
      await until(page, shown);
    });

    test('a tab that nobody sees asks nothing, and asks when it is seen again', async () => {
      const { page: url } = await live([]);
      const { page, asked } = await open(url);
      await page.evaluate(`window.waiting = new Set();
        const [start, stop] = [setTimeout, clearTimeout];
        window.setTimeout = (...of) => { const id = start(...of); waiting.add(id); return id; };
        window.clearTimeout = id => { waiting.delete(id); stop(id); };`);
      await ask(page);
      const waiting = await page.evaluate<number>('waiting.size');
      const see = (hidden: boolean): Promise<unknown> =>
        page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));`);
      await see(true);
      expect(await page.evaluate('waiting.size')).toBe(waiting - 1);
      await ask(page); // one that was under way
      const before = asked.length;
      await page.evaluate(`window.waiting.clear()`);
      await ask(page);
      expect(await page.evaluate('[...waiting].length')).toBe(2); // those of ask itself
      expect(asked.length).toBe(before + 1);
      const next = page.evaluate(`new Promise(resolve => {
        const real = window.fetch;
        window.fetch = (...of) => { resolve(); return real(...of); };
      })`);
      await see(false);
      await next;
    });

    test('a search finds one of ten thousand, by keyboard, and stays over what comes', async () => {
      const { page: url, post } = await serving(tenThousand);
      const { page, said } = await open(url);
      const rows = await page.evaluate('document.querySelectorAll(".card, .lines li").length');
      expect(rows).toBeLessThanOrEqual(500);
      await page.evaluate('document.querySelector("#q").focus()');
      await page.keyboard.type('NODE-07777');
      await until(page, has('.found', '1 of 10,000 servers found'));
      await until(page, has('#in-sync li', 'node-07777.example.net'));
      expect(await textOf(page, '#say')).toContain('1 of 10,000 servers found');
      await post(posted('node-07777.example.net', 'OUT_OF_SYNC', { files: [{ name: 'x.conf' }] }, 0));
      await ask(page);
      await until(page, has('.OUT_OF_SYNC h3', 'node-07777.example.net'));
      expect(await page.evaluate('[document.activeElement.id, document.activeElement.value]')).toEqual([
        'q',
        'NODE-07777',
      ]);
      expect(await page.evaluate('location.search')).toBe('?q=NODE-07777');
      expect(said).toEqual([]);
    });

    test('everything can be reached by keyboard, and is seen to be', async () => {
      const { page: url } = await serving(badDay);
      const { page } = await open(url);
      const reached: string[] = [];
      for (let i = 0; i < 11; i++) {
        await page.keyboard.press('Tab');
        reached.push(
          await page.evaluate(`(() => {
            const e = document.activeElement;
            const outlined = getComputedStyle(e).outlineStyle === 'solid';
            return outlined ? e.localName + (e.id && !e.id.startsWith('s-') ? '#' + e.id : '') + (e.hash ?? '') : 'unseen';
          })()`),
        );
      }
      expect(reached).toEqual([
        'a#out-of-sync',
        'a#unknown',
        'a#stale',
        'a#in-sync',
        'input#q',
        'button',
        'summary',
        'summary#in-sync-summary',
        'a',
        'a',
        'a',
      ]);
    });

    test('ages are counted as they were rendered', async () => {
      const { page: url } = await live([fresh('web-1', 'SYNCED')]);
      const { page } = await open(url);
      const ages = [0, 4, 5, 59, 60, 3599, 3600, 172_799, 172_800, 9_999_999];
      await page.evaluate(`document.querySelector('main').innerHTML = ${JSON.stringify(ages)}
        .map(age => '<time datetime="' + new Date(Date.now() - age * 1000 - 500).toISOString() + '"><span class=age></span></time>')
        .join('');`);
      await until(page, has('main .age', 'ago'));
      const shown = await textsOf(page, 'main .age');
      // A second may have gone by.
      shown.forEach((text, i) => {
        const age = (ages[i] ?? 0) * 1000;
        expect([ageText(age - 1000), ageText(age), ageText(age + 1000), ageText(age + 2000)]).toContain(text);
      });
    });
  });
});
