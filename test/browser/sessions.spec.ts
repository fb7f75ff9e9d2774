import { expect, it } from 'vitest';
import { useBrowser } from './support/browser.js';
import { outcomeOf, signIn, startPageStage } from './support/page-stage.js';

const browser = useBrowser();
const HOUR_MS = 3_600_000;

it('renews an expired token by itself: no page of the identity platform is seen', async () => {
  const stage = await startPageStage(browser(), { accessTokenLifetimeSeconds: 3_600 });
  const page = await stage.open();
  await signIn(page, stage.url, 'Adele Vance');
  await page.getByRole('button', { name: 'Show my profile' }).click();
  await outcomeOf(page, 'Your profile');
  expect(stage.granted('refresh_token')).toBe(0);

  const navigations: string[] = [];
  page.on('framenavigated', (frame) => navigations.push(frame.url()));
  await page.clock.install({ time: Date.now() + HOUR_MS });
  const called = page.waitForRequest(`${stage.url}/me`);
  await page.getByRole('button', { name: 'Show my profile' }).click();
  await called;
  await page.locator('#profile:not([aria-busy])').waitFor();
  expect(await outcomeOf(page, 'Your profile')).toContain('adele.vance@contoso.example');
  expect(stage.granted('refresh_token')).toBe(1);
  expect(navigations).toEqual([]);
  expect(stage.problems).toEqual([]);
});

it('renews a token that the API refuses as expired, though the page holds it for good', async () => {
  const clock = { now: Date.now() - 3 * HOUR_MS };
  const stage = await startPageStage(browser(), { now: () => clock.now, accessTokenLifetimeSeconds: 3_600 });
  const page = await stage.open();
  // The browser signs in three hours ago, and stays there.
  await page.clock.install({ time: clock.now });
  await signIn(page, stage.url, 'Adele Vance');
  await page.getByText('Signed in as Adele Vance.').waitFor();
  clock.now += 3 * HOUR_MS;
  const answers: number[] = [];
  page.on('response', (response) => {
    if (response.url() === `${stage.url}/me`) answers.push(response.status());
  });
  await page.getByRole('button', { name: 'Show my profile' }).click();
  expect(await outcomeOf(page, 'Your profile')).toContain('adele.vance@contoso.example');
  expect(answers).toEqual([401, 200]);
  expect(stage.granted('refresh_token')).toBe(1);
});

it('sends its user to sign in again when the session was revoked', async () => {
  const stage = await startPageStage(browser(), { accessTokenLifetimeSeconds: 3_600 });
  const page = await stage.open();
  await signIn(page, stage.url, 'Adele Vance');
  await page.getByText('Signed in as Adele Vance.').waitFor();
  stage.emulator.revokeSessions('11111111-aaaa-4bbb-8ccc-0000000000e1');
  await page.clock.install({ time: Date.now() + HOUR_MS });
  await page.getByRole('button', { name: 'Show my profile' }).click();
  await page.getByRole('heading', { name: 'Choose a user' }).waitFor();
  await page.getByRole('button', { name: 'Adele Vance' }).click();
  // It goes on with what it was asked for.
  expect(await outcomeOf(page, 'Your profile')).toContain('adele.vance@contoso.example');
});

it('two users in two windows never see each other’s data', async () => {
  const stage = await startPageStage(browser());
  const users = ['Adele Vance', 'Grady Archie'];
  const pages = await Promise.all(
    users.map(async (user) => {
      const page = await stage.open();
      await signIn(page, stage.url, user);
      await page.getByText(`Signed in as ${user}.`).waitFor();
      return { user, page };
    }),
  );
  const shown = await Promise.all(
    pages.map(async ({ page, user }) => {
      const texts: string[] = [];
      for (let round = 0; round < 3; round++) {
        await page.getByRole('button', { name: 'Show my profile' }).click();
        texts.push(await outcomeOf(page, 'Your profile'));
      }
      await page.getByRole('button', { name: 'Read my mail' }).click();
      await page.getByRole('link', { name: 'Review and consent' }).click();
      texts.push((await page.getByText('Signed in as').textContent()) ?? '');
      await page.getByRole('button', { name: 'Accept' }).click();
      texts.push(await outcomeOf(page, 'Your mail'));
      return { user, texts };
    }),
  );
  for (const { user, texts } of shown) {
    const [other] = users.filter((name) => name !== user);
    expect(texts).toHaveLength(5);
    for (const text of texts) {
      expect(text).toContain(user);
      expect(text).not.toContain(other?.split(' ')[0]);
    }
  }
  expect(stage.problems).toEqual([]);
});
