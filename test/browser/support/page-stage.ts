import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { inject, onTestFinished } from 'vitest';
import { startSampleStage, type SampleStage, type SampleStageOptions } from '../../support/sample-stage.js';

/** The demonstration with its page, and a browser that looks at it. */
export interface PageStage extends SampleStage {
  /** A page in a context of its own: no cookie and no storage is shared with another. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** What any page wrote to its console as an error, or threw. */
  readonly problems: readonly string[];
}

/** Starts everything; it is gone with the test. */
export async function startPageStage(browser: Browser, options: SampleStageOptions = {}): Promise<PageStage> {
  const stage = await startSampleStage({ ...options, pageFolder: inject('pageFolder') });
  const problems: string[] = [];
  const open = async (contextOptions: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({
      // The emulator's certificate is nobody's; no store of the machine is touched.
      ignoreHTTPSErrors: true,
      viewport: { width: 900, height: 480 },
      reducedMotion: 'reduce',
      ...contextOptions,
    });
    onTestFinished(() => context.close());
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      // Refusals are what the page is there to show.
      const isRefusedCall = /the server responded with a status of 40[013] /.test(message.text());
      if (message.type() === 'error' && !isRefusedCall) problems.push(message.text());
    });
    return page;
  };
  return { ...stage, open, problems };
}

/** Opens the page and signs a user in, by pressing what is there. */
export async function signIn(page: Page, url: string, user: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: user }).click();
}

/** Enters the code that the page of the second factor shows. */
export async function verify(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Verify your identity' }).waitFor();
  await page.getByLabel('Code').fill((await page.locator('#shown-code').textContent()) ?? '');
  await page.getByRole('button', { name: 'Verify' }).click();
}

/** What the page says came of a call, once it has. */
export async function outcomeOf(page: Page, heading: string): Promise<string> {
  const outcome = page.locator('#outcome');
  await outcome.getByRole('heading', { name: heading, exact: true }).waitFor();
  return (await outcome.textContent()) ?? '';
}
