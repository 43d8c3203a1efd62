import { type Html, html } from './html-text.ts';

/** Where the page is seen, and whether posts need a token. */
export interface PostPlace {
  /** Base URL, safe in a shell. */
  readonly address: string;
  readonly needsToken: boolean;
}

/** How to post the first status: a check, or by hand. */
export function howToPost({ address, needsToken }: PostPlace): Html {
  const token = needsToken ? `  -H "authorization: Bearer $GITOPS_STATUS_TOKEN" \\\n` : '';
  const status = `{"repo": "rsyslog", "server": "rsyslog-lab", "sync_status": "SYNCED", "drift_count": 0, "files": [], "last_check": "'$(date -u +%FT%TZ)'"}`;
  return html`<section class="start" aria-labelledby="start-title">
<h2 id="start-title">Post the first one</h2>
<p>Run a check where your inventory is. Its servers appear here within seconds.</p>
${command('check', [`sshdrift check --status-url ${address}`])}
<p>${
    needsToken
      ? html`This server takes posts with its token only: have <code>GITOPS_STATUS_TOKEN</code> in the environment of the check, with the same value as here.`
      : html`No token is needed here. Before others can reach this address, start <code>sshdrift serve</code> with <code>GITOPS_STATUS_TOKEN</code> in its environment, and give it to the checks.`
  }</p>
<p>Or try it by hand:</p>
${command('curl', `curl ${address}/api/status \\\n${token}  -H 'content-type: application/json' \\\n  -d '${status}'`.split('\n'))}
</section>
`;
}

const command = (id: string, lines: readonly string[]): Html =>
  html`<div class="command"><pre id="${id}" tabindex="0" aria-label="Command"><code>${lines.map((line, i) => html`${i > 0 ? NEWLINE : null}${line}`)}</code></pre><button type="button" data-copy="${id}" hidden>Copy</button></div>`;

const NEWLINE: Html = { html: '\n' };
