import { expect, it } from 'vitest';
import { useBrowser } from './support/browser.js';
import { outcomeOf, signIn, startPageStage, verify } from './support/page-stage.js';

const browser = useBrowser();

it('the inspector shows each call as it happens: served, refused and why, and no token', async () => {
  const stage = await startPageStage(browser());
  const page = await stage.open();
  const inspector = await stage.open();
  await inspector.goto(stage.inspectorUrl);
  await inspector
    .getByText('No request has come in yet.')
    .or(inspector.locator('#requests > li'))
    .first()
    .waitFor();

  await signIn(page, stage.url, 'Adele Vance');
  await page.getByRole('button', { name: 'Show my profile' }).click();
  await outcomeOf(page, 'Your profile');
  await page.getByRole('button', { name: 'Show my profile' }).click();
  await outcomeOf(page, 'Your profile');
  await page.getByRole('button', { name: 'Read my mail' }).click();
  await outcomeOf(page, 'Your consent is needed');
  await page.getByRole('button', { name: 'Show my payroll' }).click();
  await verify(page);
  await outcomeOf(page, 'Your payroll');

  // The list is live: it was opened before anything happened, and is not loaded again.
  const calls = inspector.locator('#requests > li').filter({ hasText: /GET \/(me|mail|payroll)/ });
  await calls.filter({ hasText: /200\s+GET \/payroll/ }).waitFor();
  const lines = (await calls.locator('summary').allInnerTexts()).map((line) => line.replace(/\s+/g, ' '));
  const shown = lines.toReversed().map((line) => /^(\d+) GET (\S+)/.exec(line)?.slice(1, 3).join(' '));
  expect(shown).toEqual(['200 /me', '200 /me', '403 /mail', '401 /payroll', '200 /payroll']);
  expect(lines.find((line) => line.includes('/mail'))).toContain('consent_required');
  expect(lines.find((line) => line.startsWith('401'))).toContain('claims_challenge');
  const text = (await inspector.locator('body').textContent()) ?? '';
  expect(text).toContain('Adele Vance');
  expect(text).not.toContain('eyJ');
  expect(stage.problems).toEqual([]);
});
