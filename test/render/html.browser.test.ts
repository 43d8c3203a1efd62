// The HTML report in a real browser: for everybody, on every screen, and with no way out.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import { renderHtml } from '../../src/render/html.ts';
import { type Browser, noBrowser, openBrowser, type Page, violations } from '../support/browser.ts';
import * as build from '../support/builders.ts';
import { driftedSite } from '../support/drifted-site.ts';
import { needs } from '../support/programs.ts';
import { hostileReports } from '../support/report-formats.ts';
import * as situations from '../support/situations.ts';

const ELEMENTS =
  'a b bdi body br code col colgroup del details div footer h1 h2 h3 h4 head header html i ins li main meta nav p section span style summary table tbody td th thead time title tr ul'.split(
    ' ',
  );
const ATTRIBUTES =
  'aria-hidden aria-label aria-labelledby charset class colspan content datetime href http-equiv id lang name open role scope tabindex'.split(
    ' ',
  );

const VIEW = { diff: true, context: 3, showSecrets: false, alsoSecret: [], version: '1.2.3' };

/** What a browser makes of a page, by its own parser, that was not meant: elements, attributes and comments. */
const shape = `text => {
  const meant = new Set(${JSON.stringify(ELEMENTS)});
  const found = new Set();
  const walker = (page => page.createTreeWalker(page, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT))(
    new DOMParser().parseFromString(text, 'text/html'),
  );
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.COMMENT_NODE) { found.add('comment'); continue; }
    const name = node.localName;
    if (!meant.has(name) || node.namespaceURI !== 'http://www.w3.org/1999/xhtml') found.add(name);
    for (const { name: attribute } of node.attributes)
      if (!${JSON.stringify(ATTRIBUTES)}.includes(attribute)) found.add(name + '[' + attribute + ']');
  }
  return [...found].sort();
}`;

const missing = noBrowser();
if (missing !== null) console.warn(`skipped: ${missing}`);

needs('chromium').describe('the HTML report', () => {
  describe.skipIf(missing !== null)('in Chromium', () => {
    let dir: string;
    let browser: Browser;
    let strict: Browser;
    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'sshdrift-html-'));
      [browser, strict] = await Promise.all([openBrowser(true), openBrowser(false)]);
    });
    afterAll(async () => {
      await Promise.all([browser?.close(), strict?.close()]);
      rmSync(dir, { recursive: true, force: true });
    });

    const file = (report: Report): string => {
      const path = join(dir, 'report.html');
      writeFileSync(path, renderHtml(report, VIEW));
      return pathToFileURL(path).href;
    };

    const REPORTS: Readonly<Record<string, Report>> = { driftedSite, ...situations };
    const SCREENS = (['light', 'dark'] as const).flatMap(scheme =>
      [390, 1280].map(width => [scheme, width] as const),
    );

    test('nothing in it becomes an element, an attribute or a comment', async () => {
      const page = await browser.newPage();
      for (const report of hostileReports(100)) {
        const text = renderHtml(report, VIEW);
        expect(await page.evaluate(`(${shape})(${JSON.stringify(text)})`)).toEqual([]);
      }
      // Seen to find one.
      const broken = renderHtml(driftedSite, VIEW).replace('<h1>', '<h1 onclick=x><img src=y><!-- z -->');
      expect(await page.evaluate(`(${shape})(${JSON.stringify(broken)})`)).toEqual([
        'comment',
        'h1[onclick]',
        'img',
        'img[src]',
      ]);
      await page.close();
    });

    test.each(SCREENS)(
      '%s, %i px wide: no axe violations, nothing wider than the screen',
      async (colorScheme, width) => {
        const page = await browser.newPage();
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 844 });
        for (const [name, report] of Object.entries(REPORTS)) {
          await page.goto(file(report));
          await page.evaluate('document.querySelectorAll("details").forEach(d => { d.open = true; })');
          expect({ name, violations: await violations(page) }).toEqual({ name, violations: [] });
          expect(
            await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
          ).toBeLessThanOrEqual(0);
        }
        // For people who want to look: SCREENSHOTS=DIR.
        if (process.env.SCREENSHOTS) {
          await page.goto(file(driftedSite));
          await page.screenshot({
            path: join(process.env.SCREENSHOTS, `${colorScheme}-${width}.png`),
            fullPage: true,
          });
        }
        await page.close();
      },
      60_000,
    );

    const HOSTILE = '"><img src=x onerror=window.owned=1><script>window.owned=1</script>';

    test('hostile names and contents run nothing and load nothing, and the policy is obeyed', async () => {
      const page = await strict.newPage();
      const said: string[] = [];
      const asked: string[] = [];
      page.on('console', message => said.push(message.text?.() ?? ''));
      page.on('request', request => asked.push(request.url?.() ?? ''));
      const url = file(
        build.report(
          [
            build.server(HOSTILE, [build.modified(`/etc/${HOSTILE}`, [HOSTILE, `x ${HOSTILE}`])], {
              warnings: [HOSTILE],
            }),
          ],
          { repo: HOSTILE },
        ),
      );
      await page.goto(url);
      expect(
        await page.evaluate('[typeof window.owned, document.images.length, document.scripts.length]'),
      ).toEqual(['undefined', 0, 0]);
      expect([said, asked]).toEqual([[], [url]]);
      expect(await page.evaluate('document.querySelector("h2 bdi").textContent')).toBe(HOSTILE);
      expect(await page.evaluate('getComputedStyle(document.querySelector("h1")).fontWeight')).toBe('650');
      await page.close();
    });

    const isShown = (page: Page, selector: string): Promise<boolean> =>
      page.evaluate(`document.querySelector(${JSON.stringify(selector)}).checkVisibility()`);

    test('servers in sync are folded, and open by keyboard', async () => {
      const page = await browser.newPage();
      await page.goto(file(driftedSite));
      expect(await isShown(page, '.in-sync details .about')).toBe(false);
      expect(await isShown(page, '.file .diff')).toBe(true);
      await page.evaluate('document.querySelector(".in-sync summary").focus()');
      await page.keyboard.press('Enter');
      expect(await isShown(page, '.in-sync details .about')).toBe(true);
      await page.close();
    });

    test('on a phone the sides of a diff stand below each other, and equal lines once', async () => {
      const page = await browser.newPage();
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(file(driftedSite));
      expect(await isShown(page, '.diff .same .server')).toBe(false);
      expect(
        await page.evaluate(`(() => {
          const [git, server] = [...document.querySelectorAll('.diff .changed:not(.n)')].map(c => c.getBoundingClientRect());
          return server.top >= git.bottom;
        })()`),
      ).toBe(true);
      await page.close();
    });

    test('printed, it is dark on white, whatever the screen is', async () => {
      const page = await browser.newPage();
      await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
      await page.goto(file(driftedSite));
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        'rgb(255, 255, 255)',
      );
      await page.close();
    });
  });
});
