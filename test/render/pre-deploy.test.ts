import { expect, test } from 'vitest';
import { DESTROYED, ruling } from '../../src/cli/fail-on.ts';
import type { Report } from '../../src/domain/report.ts';
import { type PreDeployOptions, renderPreDeploy } from '../../src/render/pre-deploy.ts';
import { createStyle } from '../../src/render/style.ts';
import * as situations from '../support/situations.ts';

const PLAIN: PreDeployOptions = {
  style: createStyle(false),
  diff: false,
  context: 0,
  showSecrets: false,
  alsoSecret: [],
  quiet: false,
  verbose: false,
  ruling: file => ruling(file, DESTROYED),
};

const GOLDEN: readonly (readonly [file: string, report: Report, options: Partial<PreDeployOptions>])[] = [
  ['pre-deploy', situations.origins, {}],
  ['pre-deploy-diff', situations.origins, { diff: true, quiet: true }],
  ['pre-deploy-every-verdict', situations.everyVerdict, { verbose: true }],
  ['pre-deploy-odd-names', situations.oddNames, { diff: true }],
];

test.each(GOLDEN)('tells %s', async (file, report, options) => {
  await expect(renderPreDeploy(report, { ...PLAIN, ...options })).toMatchFileSnapshot(
    `../golden/${file}.txt`,
  );
});

test('secrets are redacted, and nothing of the lines that scripts look for is there', () => {
  const text = renderPreDeploy(situations.origins, { ...PLAIN, diff: true });
  expect(text).toContain('by hand pwd="[secret 1]"');
  expect(text).not.toMatch(/^(SYNC_STATUS|DRIFTED_FILES)=/m);
});
