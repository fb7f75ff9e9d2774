import { expect, it } from 'vitest';
import { useBrowser } from './support/browser.js';
import { outcomeOf, signIn, startPageStage } from './support/page-stage.js';

const browser = useBrowser();

it('the browser asks about the certificate once, before the page where users are chosen', async () => {
  const stage = await startPageStage(browser());
  const page = await stage.open({ ignoreHTTPSErrors: false });
  const warnings: string[] = [];
  page.on('requestfailed', (request) => {
    if (/CERT/.test(request.failure()?.errorText ?? '')) warnings.push(new URL(request.url()).pathname);
  });
  // The page goes to the name that its redirect URI has.
  await page.goto(stage.url.replace('localhost', '127.0.0.1'));
  await page.waitForURL(`${stage.url}/`);
  await page.getByText('so the browser warns of it, once').waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  // Chromium's own warning: Advanced, Proceed.
  await page.locator('#details-button').click();
  await page.locator('#proceed-link').click();

  await page.getByRole('button', { name: 'Adele Vance' }).click();
  await page.getByRole('button', { name: 'Show my profile' }).click();
  await outcomeOf(page, 'Your profile');
  expect(warnings).toEqual([expect.stringMatching(/\/oauth2\/v2\.0\/authorize$/)]);
});

it('the page says what to do when the certificate is new, and links to the emulator', async () => {
  const stage = await startPageStage(browser());
  const page = await stage.open();
  await signIn(page, stage.url, 'Adele Vance');
  await page.getByText('Signed in as Adele Vance.').waitFor();
  await page.context().route(`${stage.emulator.url}/**`, (route) => route.abort('internetdisconnected'));
  await page.getByRole('button', { name: 'Show my payroll' }).click();
  expect(await outcomeOf(page, 'That did not work')).toContain('its certificate is new too');
  const link = page.getByRole('link', { name: 'Open the emulator' });
  expect(await link.getAttribute('href')).toBe(stage.emulator.url);
});
