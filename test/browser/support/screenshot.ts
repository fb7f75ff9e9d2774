import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '../../docs/markdown.js';

/** Writes `docs/assets/{name}.png` when `npm run screenshots` asks for it; a test run writes nothing. */
export async function screenshot(page: Page, name: string, { fullPage = true } = {}): Promise<void> {
  if (process.env['NESTJS_ENTRA_SCREENSHOTS'] !== '1') return;
  const folder = join(ROOT, 'docs/assets');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({
    path: join(folder, `${name}.png`),
    fullPage,
    animations: 'disabled',
    caret: 'hide',
  });
}
