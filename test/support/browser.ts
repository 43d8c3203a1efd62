// Debian's Chromium, driven by playwright-core, with axe-core to look for what keeps people out. The packages are looked
// up when a test runs, so that the other tests do without them.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programPath } from './find-program.ts';

const require = createRequire(import.meta.url);

const resolved = (name: string): string | null => {
  try {
    return require.resolve(name);
  } catch {
    return null;
  }
};

/** Why there is no browser to test with, besides Chromium itself; null if there is one. */
export function noBrowser(): string | null {
  const missing = ['playwright-core', 'axe-core'].filter(name => resolved(name) === null);
  return missing.length > 0 ? `no package ${missing.join(', ')} here` : null;
}

/** As much of playwright's page as the tests use. */
export interface Page {
  readonly goto: (url: string) => Promise<unknown>;
  readonly on: (
    event: 'console' | 'request',
    listener: (what: { url?: () => string; text?: () => string }) => void,
  ) => void;
  readonly evaluate: <T>(script: string) => Promise<T>;
  readonly emulateMedia: (media: { colorScheme?: 'light' | 'dark'; media?: 'print' }) => Promise<void>;
  readonly setViewportSize: (size: { width: number; height: number }) => Promise<void>;
  readonly screenshot: (options: { path: string; fullPage: boolean }) => Promise<unknown>;
  readonly keyboard: {
    readonly press: (key: string) => Promise<void>;
    readonly type: (text: string) => Promise<void>;
  };
  readonly close: () => Promise<void>;
}

interface Context {
  readonly newPage: () => Promise<Page>;
  readonly close: () => Promise<void>;
}

export interface Browser {
  readonly newPage: () => Promise<Page>;
  /** Ends the browser and removes its profile. */
  readonly close: () => Promise<void>;
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a browser with a profile of its own. `bypassCSP` lets tests put axe into pages that allow no script. */
export async function openBrowser(bypassCSP: boolean): Promise<Browser> {
  const { chromium } = require(resolved('playwright-core') ?? '') as {
    chromium: { launchPersistentContext: (dir: string, options: object) => Promise<Context> };
  };
  const profile = mkdtempSync(join(tmpdir(), 'sshdrift-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: programPath('chromium'),
    headless: true,
    args: FLAGS,
    bypassCSP,
  });
  return {
    newPage: () => context.newPage(),
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Resolves as soon as a condition in JavaScript holds, which is looked at whenever the document changes. */
export const until = (page: Page, condition: string): Promise<unknown> =>
  page.evaluate(`new Promise(resolve => {
    const look = () => {
      if (!(${condition})) return;
      observer.disconnect();
      resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
  })`);

/** What axe finds wrong with a page: rule, and the first element that breaks it. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync(resolved('axe-core') ?? '', 'utf8'));
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    'axe.run().then(result => result.violations)',
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
