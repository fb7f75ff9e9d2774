import { expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { seriousViolations } from './support/accessibility.js';
import { useBrowser } from './support/browser.js';
import { outcomeOf, startPageStage, verify } from './support/page-stage.js';
import { screenshot } from './support/screenshot.js';

const browser = useBrowser();

/** What axe-core has against each page that was looked at, by name. */
function inspection() {
  const found: Record<string, string[]> = {};
  return {
    found,
    look: async (name: string, page: Page) => {
      found[name] = await seriousViolations(page);
    },
  };
}

const ofNone = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, []]));

it('the finder finds what is wrong', async () => {
  const stage = await startPageStage(browser());
  const page = await stage.open();
  await page.goto(stage.url);
  await page.evaluate('document.body.insertAdjacentHTML("beforeend", "<main><img><button></button></main>")');
  const ids = (await seriousViolations(page)).map((line) => line.split(':')[0]);
  expect(ids).toEqual(expect.arrayContaining(['button-name', 'image-alt']));
});

it('the sample page, the pages of the sign-in and the inspector have no serious violation', async () => {
  const stage = await startPageStage(browser());
  const page = await stage.open();
  const { found, look } = inspection();
  await page.goto(stage.url);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await look('signed out', page);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Choose a user' }).waitFor();
  await look('choose a user', page);
  await page.getByRole('button', { name: 'Adele Vance' }).click();

  await page.getByRole('button', { name: 'Read my mail' }).click();
  await outcomeOf(page, 'Your consent is needed');
  await look('consent is needed', page);
  await page.getByRole('link', { name: 'Review and consent' }).click();
  await page.getByRole('heading', { name: 'Permissions requested' }).waitFor();
  await look('consent', page);
  await screenshot(page, 'consent');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await outcomeOf(page, 'That did not work');
  await look('refused', page);

  await page.getByRole('button', { name: 'Show my payroll' }).click();
  await page.getByRole('heading', { name: 'Verify your identity' }).waitFor();
  await look('second factor', page);
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByRole('alert').waitFor();
  await look('second factor, wrong', page);
  await verify(page);
  await outcomeOf(page, 'Your payroll');
  await look('payroll', page);
  await screenshot(page, 'sample-page');

  await page.goto(stage.inspectorUrl);
  await page.getByRole('heading', { name: 'Requests' }).waitFor();
  const refused = page.locator('#requests > li', { hasText: 'claims_challenge' }).first();
  await refused.locator('summary').click();
  await refused.getByText('Claims of the caller').waitFor();
  await look('inspector', page);
  await page.setViewportSize({ width: 900, height: 1_100 });
  await page.evaluate('scrollTo(0, 0)');
  await screenshot(page, 'inspector', { fullPage: false });

  expect(found).toEqual(
    ofNone([
      'signed out',
      'choose a user',
      'consent is needed',
      'consent',
      'refused',
      'second factor',
      'second factor, wrong',
      'payroll',
      'inspector',
    ]),
  );
});

it('neither have the other pages of the emulator', async () => {
  const stage = await startPageStage(browser());
  const page = await stage.open();
  const { found, look } = inspection();
  const authority = `${stage.emulator.url}/${stage.emulator.tenantId}/oauth2/v2.0`;
  const pages: Record<string, string> = {
    'an error that is shown': `${authority}/authorize?client_id=nobody&response_type=code`,
    'what a code means': `${stage.emulator.url}/error?code=50076`,
    'an unknown code': `${stage.emulator.url}/error?code=1`,
    'signed out': `${authority}/logout`,
    administration: `${stage.emulator.url}/admin`,
  };
  for (const [name, address] of Object.entries(pages)) {
    await page.goto(address);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await look(name, page);
  }
  expect(found).toEqual(ofNone(Object.keys(pages)));
});

it('the whole flow can be walked with the keyboard alone', async () => {
  const stage = await startPageStage(browser());
  const page = await stage.open();
  const focus = async (name: string | RegExp) => {
    const target = page.getByRole('button', { name }).or(page.getByRole('link', { name })).first();
    await target.waitFor();
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab');
      if ((await target.and(page.locator(':focus')).count()) > 0) return;
    }
    throw new Error(`Tab does not lead to ${String(name)}.`);
  };
  const press = async (name: string | RegExp) => {
    await focus(name);
    await page.keyboard.press('Enter');
  };
  await page.goto(stage.url);
  await press('Sign in');
  await press(/Adele Vance/);
  await page.getByText('Signed in as Adele Vance.').waitFor();
  await press('Read my mail');
  await press('Review and consent');
  await press('Accept');
  expect(await outcomeOf(page, 'Your mail')).toContain('This is a message to Adele Vance.');
  await press('Sign out');
  await page.getByText('Nobody is signed in.').waitFor();
});
