// What each format makes of a run. On stdout text is written in pieces, as servers finish; everything else is one document
// at the end.

import type { Delivery } from '../domain/delivery.ts';
import { toExtendedPayload } from '../domain/extended-payload.ts';
import { toPayload } from '../domain/payload.ts';
import type { KeyGlobs } from '../domain/redact-keys.ts';
import type { Report } from '../domain/report.ts';
import { renderJson } from '../render/json.ts';
import { renderJunit } from '../render/junit.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { renderPayload } from '../render/payload.ts';
import { preDeployPieces } from '../render/pre-deploy.ts';
import { createStyle, wantsColor } from '../render/style.ts';
import { textPieces } from '../render/text.ts';
import { type TextPieces, wholeText } from '../render/text-pieces.ts';
import type { CheckOptions, Format } from './check-options.ts';
import { readEnvironment } from './environment.ts';
import { type FailWord, ruling } from './fail-on.ts';
import type { LoadedFleet } from './load-fleet.ts';
import type { World } from './world.ts';

/** How what is found is shown to people. */
export type ShowOptions = Pick<
  CheckOptions,
  'diff' | 'context' | 'showSecrets' | 'quiet' | 'verbose' | 'color' | 'preDeploy'
>;

/** What was asked for. */
export interface Wish {
  readonly options: CheckOptions;
  readonly failOn: readonly FailWord[];
  readonly world: World;
  /** Names of secrets that the inventory adds. */
  readonly alsoSecret: KeyGlobs;
}

export interface Result extends Wish {
  readonly report: Report;
  readonly fleet: LoadedFleet;
  readonly deliveries: readonly Delivery[];
  readonly pushes: readonly Delivery[];
}

/** As much of a wish as a part of the text needs. */
export type TextWish = Omit<Wish, 'options'> & { readonly options: ShowOptions };

/** Where a document goes: a file has no colours, although FORCE_COLOR may ask for them, which is for stdout. */
export type Place = 'stdout' | 'file';

/** Formats that are made to be read by people elsewhere, and of little use without the diffs. */
const CARRIES_DIFFS: readonly Format[] = ['html', 'markdown'];

/** Which documents, made at the end, cannot be made without the contents of files. JSON counts their lines. */
const NEEDS_CONTENTS: Readonly<Record<Format, boolean>> = {
  text: true,
  json: true,
  payload: false,
  patch: true,
  junit: true,
  markdown: true,
  html: true,
};

/** False if the contents of files are of no use once the text of their server has been written. */
export const needsContents = ({ format, output }: CheckOptions): boolean =>
  (format !== 'text' && NEEDS_CONTENTS[format]) || output.some(file => NEEDS_CONTENTS[file.format]);

/** The pieces of the text report, or of a review before a deploy. */
export function textPiecesFor(wish: TextWish, place: Place): TextPieces {
  const { options, failOn, world } = wish;
  const { isTTY } = world.stdout;
  const color = place === 'stdout' && wantsColor({ flag: options.color, env: world.env, isTTY });
  const text = {
    ...contentOf('text', wish, place),
    style: createStyle(color),
    quiet: options.quiet === true,
    verbose: options.verbose === true,
  };
  return options.preDeploy
    ? preDeployPieces({ ...text, ruling: file => ruling(file, failOn) })
    : textPieces(text);
}

/** How much of the contents is shown. */
export function contentOf(format: Format, { options, world, alsoSecret }: TextWish, place: Place) {
  const onTerminal = place === 'stdout' && world.stdout.isTTY;
  const diff =
    options.diff ?? ((onTerminal || CARRIES_DIFFS.includes(format)) && !readEnvironment(world.env).ci);
  return { diff, context: options.context, showSecrets: options.showSecrets === true, alsoSecret };
}

/** A whole document. Throws a UserError where it cannot be made. */
export function renderDocument(
  format: Format,
  result: Result,
  place: Place,
): string | Promise<string | Buffer> {
  const { report, fleet, deliveries, pushes, options, world } = result;
  const content = contentOf(format, result, place);
  const renderers: Readonly<Record<Format, () => string | Promise<string | Buffer>>> = {
    text: () => wholeText(report, textPiecesFor(result, place)),
    json: () => renderJson(report, { ...content, version: world.version, delivery: deliveries, pushes }),
    payload: () =>
      renderPayload(report, server =>
        options.payload === 'extended'
          ? toExtendedPayload(report, server, world.version)
          : toPayload(report.repo, server),
      ),
    patch: async () => {
      const { patchDocument } = await import('./patch-document.ts');
      return patchDocument(report, { fleet, world, showSecrets: content.showSecrets });
    },
    junit: () => renderJunit(report, content),
    markdown: () => renderMarkdown(report, content),
    html: async () => {
      const { renderHtml } = await import('../render/html.ts');
      return renderHtml(report, { ...content, version: world.version });
    },
  };
  return renderers[format]();
}
