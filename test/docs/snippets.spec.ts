import { beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks, markdownFiles, type CodeBlock } from './markdown.js';
import { typeErrors } from './type-errors.js';

/** Where the blocks stand in memory: a folder of the root, for its package.json and packages to count. */
const FOLDER = '.snippets';

/** A block without a file name may await at its top level, so it is an ECMAScript module. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  ts: 'mts',
  typescript: 'mts',
  js: 'mjs',
  javascript: 'mjs',
};

const blocks = markdownFiles()
  .flatMap(codeBlocks)
  .filter(({ language }) => language in EXTENSIONS);
const checked = blocks.filter(({ info }) => info !== 'no-check');

/** Blocks of one document share a folder, so that one can import what another is the file of. */
function pathOf({ document, place, language, file }: CodeBlock): string {
  const name = file ?? `line-${place.split(':').at(-1)}.${EXTENSIONS[language]}`;
  return `${FOLDER}/${document.replaceAll(/[^\w-]/g, '_')}/${name}`;
}

/** What is given goes on one line before the code, so that the code's lines keep their numbers, plus one. */
function moduleOf({ code, given }: CodeBlock): string {
  return `${given.replaceAll('\n', ' ')}\n${code}\nexport {};\n`;
}

describe('The snippets of the documentation', () => {
  let errors: ReadonlyMap<string, readonly string[]>;

  beforeAll(() => {
    errors = typeErrors(
      new Map([
        ...checked.map((block) => [pathOf(block), moduleOf(block)] as const),
        [
          `${FOLDER}/unknown-name.ts`,
          `import { Nobody } from 'nestjs-entra';\nexport const nobody = Nobody;\n`,
        ],
        [
          `${FOLDER}/unknown-option.ts`,
          `import type { EntraAuthOptions } from 'nestjs-entra';\n` +
            `export const options: EntraAuthOptions = { tenantId: 'x', clientId: 'x', tennant: 'x' };\n`,
        ],
      ]),
    );
  }, 120_000);

  it('are found, and nearly all are checked', () => {
    expect(checked.length).toBeGreaterThanOrEqual(30);
    expect(blocks.length - checked.length).toBeLessThanOrEqual(2);
    expect(new Set(checked.map(pathOf)).size).toBe(checked.length);
  });

  it('are checked against the sources: a name or an option that does not exist is an error', () => {
    expect(errors.get(`${FOLDER}/unknown-name.ts`)?.join()).toContain('TS2305');
    expect(errors.get(`${FOLDER}/unknown-option.ts`)?.join()).toContain('TS2353');
  });

  it.each(checked.map((block) => [block.place, block] as const))('%s compiles', (_place, block) => {
    expect(errors.get(pathOf(block))).toEqual([]);
  });
});
