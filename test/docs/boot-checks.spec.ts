import { join } from 'node:path';
import prettier from 'prettier';
import { expect, it } from 'vitest';
import {
  AZURE_AD,
  CERTIFICATES,
  CREDENTIALS,
  DECORATORS,
  DOWNSTREAM_APIS,
  ENTRY_POINTS,
  ENVIRONMENT,
  OPTIONS,
  REGISTRATION,
  ROUTES,
  type BootFault,
} from '../boot/boot-faults.js';
import { ROOT } from './markdown.js';

const SECTIONS: readonly (readonly [heading: string, rows: readonly BootFault[]])[] = [
  ['The registration', REGISTRATION],
  ['The environment', ENVIRONMENT],
  ['The options', OPTIONS],
  ['Downstream APIs', DOWNSTREAM_APIS],
  ['Credentials', CREDENTIALS],
  ['Certificates', CERTIFICATES],
  ['Routes', ROUTES],
  ['Entry points', ENTRY_POINTS],
  ['Decorators', DECORATORS],
  ['The AzureAd section', AZURE_AD],
];

const INTRODUCTION = `# What stops the boot

Wrong configuration stops the boot with one \`ConfigurationError\` that holds every fault. These are the sentences, each
with an example of what leads to it; the tests of the library hold them as they stand here. See
[Configuration](configuration.md).
`;

// Written anew with: npx vitest run test/docs/boot-checks.spec.ts --update
it('docs/boot-checks.md has the sentence of every fault', async () => {
  const sections = SECTIONS.map(([heading, rows]) => {
    const lines = rows.flatMap(({ what, faults }) => faults.map((fault) => `| ${what} | \`${fault}\` |`));
    return `## ${heading}\n\n| when | the error says |\n| --- | --- |\n${lines.join('\n')}\n`;
  });
  const page = join(ROOT, 'docs/boot-checks.md');
  const style = await prettier.resolveConfig(page);
  const text = [INTRODUCTION, ...sections].join('\n');
  await expect(await prettier.format(text, { ...style, parser: 'markdown' })).toMatchFileSnapshot(page);
});
