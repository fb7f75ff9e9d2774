import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startModule } from '../support/nest-app.js';
import { API, startWorld } from '../support/world.js';
import { codeBlocks, readMarkdown, ROOT, type CodeBlock } from './markdown.js';

/** The blocks of the documentation that give a module to import, by file and what is in them. */
const BOOTED: readonly (readonly [document: string, mark: string])[] = [
  ['docs/options.md', 'strategy: StaffStrategy'],
  ['docs/options.md', "audience: ['5a0a1a8c"],
  ['docs/downstream-apis.md', "orders: { baseUrl: 'https://orders.contoso.com/v2'"],
  ['docs/caching.md', 'new KeyvTokenCacheStore(cache)'],
  ['docs/configuration.md', '...fromEnvironment(), scopes'],
  ['docs/options.md', 'withClass'],
  ['docs/options.md', 'withFactory'],
  ['docs/inspector.md', 'InspectorModule'],
];

function blockOf(document: string, mark: string): CodeBlock {
  const found = codeBlocks(readMarkdown(document)).filter(({ code }) => code.includes(mark));
  const [block] = found;
  if (!block) throw new Error(`${document} has no block with ${mark}`);
  return block;
}

/** Imports the code of a block as it stands there. */
async function exportsOf({ code }: CodeBlock): Promise<Record<string, unknown>> {
  mkdirSync(join(ROOT, 'test/docs/.booted'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'test/docs/.booted/'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'snippet.ts');
  writeFileSync(file, code);
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>;
}

describe('What the documentation recommends boots', () => {
  it.each(BOOTED)('%s: %s', async (document, mark) => {
    const world = await startWorld();
    const usual = globalThis.fetch;
    vi.stubGlobal('fetch', ((input, init) =>
      String(input instanceof Request ? input.url : input).startsWith(world.emulator.url)
        ? world.emulator.fetch(input, init)
        : usual(input, init)) satisfies typeof fetch);
    vi.stubEnv('AZURE_AUTHORITY_HOST', world.emulator.url);
    vi.stubEnv('AZURE_TENANT_ID', world.emulator.tenantId);
    vi.stubEnv('AZURE_CLIENT_ID', API.clientId);
    vi.stubEnv('AZURE_CLIENT_SECRET', API.secret);
    onTestFinished(() => {
      vi.unstubAllGlobals();
      vi.unstubAllEnvs();
    });
    const exported = await exportsOf(blockOf(document, mark));
    const { AppModule, auth = exported[mark] } = exported;
    const imported = AppModule ?? (auth instanceof Function ? (auth() as unknown) : auth);
    @Module({ imports: [imported as Type | DynamicModule] })
    class RootModule {}
    const app = await startModule('express', RootModule);
    // Files that the documentation names are not there, and the library warns about them.
    expect(app.log.filter((line) => line.startsWith('error'))).toEqual([]);
  });
});
