// The whole loop, with nothing in it that is not real: a file is edited on a server, a check posts it, and people see it
// on the page and in the dashboard; a deploy brings Git's copy back, and they see that, too.

import { expect, onTestFinished, type test } from 'vitest';
import { noBrowser, openBrowser, until } from './support/browser.ts';
import { sshdrift } from './support/cli.ts';
import { type InfinityQuery, infinityRows } from './support/infinity.ts';
import { needs } from './support/programs.ts';
import { createRepository, inventoryOf } from './support/repository.ts';
import { dataDirectory, startServe } from './support/serve.ts';
import { startSshd } from './support/sshd.ts';

const GIT = { 'rsyslog.conf': 'main\n', 'rsyslog.d/30-lab.conf': 'lab\n' };
const TOKEN = 'the-token-of-the-loop';

const missing = noBrowser();
if (missing !== null) console.warn(`skipped: ${missing}`);

const real = needs('sshd', 'ssh-keygen', 'chromium').test.skipIf(missing !== null) as typeof test;

real(
  'edit, check, post, page and dashboard, deploy, check: in sync again',
  async () => {
    const [server, serving, browser] = await Promise.all([
      startSshd({ user: 'deploy', etc: GIT }),
      startServe({ data: dataDirectory(), env: { GITOPS_STATUS_TOKEN: TOKEN } }),
      openBrowser(false),
    ]);
    onTestFinished(() => server.stop());
    onTestFinished(() => browser.close());
    const files = Object.fromEntries(Object.entries(GIT).map(([name, text]) => [`files/${name}`, text]));
    const repo = createRepository({ ...files, 'inventory.yaml': inventoryOf({ 'rsyslog-lab': server }) });
    onTestFinished(repo.remove);

    const env = { GITOPS_STATUS_TOKEN: TOKEN };
    const check = async () =>
      (await sshdrift(['check', '--status-url', serving.url], { cwd: repo.dir, env })).code;
    const dashboard = JSON.parse(
      (await sshdrift(['grafana', 'dashboard', '--status-url', serving.url], { cwd: '/' })).stdout,
    ) as {
      readonly panels: readonly { readonly title: string; readonly targets: readonly InfinityQuery[] }[];
    };
    /** What Grafana would show now, by the title of its panels. */
    const grafana = async (title: string) => {
      const query = dashboard.panels.find(panel => panel.title === title)?.targets[0];
      if (query === undefined) throw new Error(`no panel ${title}`);
      const answer = await fetch(query.url);
      return infinityRows(query, JSON.parse(await answer.text()), Date.now());
    };
    const statusJson = async () => JSON.parse(await (await fetch(`${serving.url}/status.json`)).text());

    // Somebody has the page open all the time, and does nothing.
    const page = await browser.newPage();
    await page.goto(`${serving.url}/`);
    const headline = (text: string): string => `document.querySelector('h1').textContent === '${text}'`;
    await until(page, headline('No status yet'));
    expect(await page.evaluate('document.querySelector("#check").textContent')).toBe(
      `sshdrift check --status-url ${serving.url}`,
    );

    expect(await check()).toBe(0);
    await until(page, headline('1 server in sync'));

    await server.write({ 'rsyslog.d/30-lab.conf': 'edited by hand\n' });
    expect(await check()).toBe(2);
    expect(await statusJson()).toMatchObject({
      server: 'rsyslog-lab',
      sync_status: 'OUT_OF_SYNC',
      drift_count: 1,
      files: [{ name: 'rsyslog.d/30-lab.conf' }],
    });
    await until(page, headline('1 server out of sync'));
    expect(
      await page.evaluate(
        '[...document.querySelectorAll("#out-of-sync h3, #out-of-sync .files li")].map(e => e.textContent)',
      ),
    ).toEqual(['rsyslog-lab', 'rsyslog.d/30-lab.conf']);
    expect(await grafana('Servers')).toMatchObject([{ 'Out of sync': 1, 'Drifted files': 1, Servers: 1 }]);
    expect(await grafana('Status of each server')).toMatchObject([
      { Server: 'rsyslog-lab', Status: 'OUT_OF_SYNC', Files: 'rsyslog.d/30-lab.conf' },
    ]);
    expect(await grafana('Drifted files')).toMatchObject([{ File: 'rsyslog.d/30-lab.conf' }]);

    await server.write(GIT);
    expect(await check()).toBe(0);
    expect(await statusJson()).toMatchObject({ sync_status: 'SYNCED', drift_count: 0, files: [] });
    await until(page, headline('1 server in sync'));
    expect(await page.evaluate('document.querySelector(".events .what").textContent')).toMatch(
      /^rsyslog-lab ✓ in sync was out of sync$/,
    );
    expect(await grafana('Servers')).toMatchObject([{ 'Out of sync': 0, 'Drifted files': 0, Servers: 1 }]);
    expect(await grafana('Status of each server')).toMatchObject([{ Status: 'SYNCED', Files: null }]);
    expect(await grafana('Drifted files')).toEqual([]);
  },
  60_000,
);
