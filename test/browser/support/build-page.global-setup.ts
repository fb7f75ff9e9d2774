import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildPage } from '../../../tools/build-page.mjs';
import { ROOT } from '../../docs/markdown.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the page was built to. */
    pageFolder: string;
  }
}

/** Builds the page from the sources, once for all tests; gives what removes it. */
export async function setup(project: TestProject): Promise<() => void> {
  const pageFolder = mkdtempSync(join(tmpdir(), 'nestjs-entra-page-'));
  await buildPage(pageFolder, { 'nestjs-entra/client': join(ROOT, 'libs/nestjs-entra/src/client/index.ts') });
  project.provide('pageFolder', pageFolder);
  return () => rmSync(pageFolder, { recursive: true, force: true });
}
