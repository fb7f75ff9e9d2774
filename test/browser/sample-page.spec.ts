import { expect, it } from 'vitest';
import { useBrowser } from './support/browser.js';
import { outcomeOf, signIn, startPageStage, verify } from './support/page-stage.js';

const browser = useBrowser();

it('signs in, and the first call is served on behalf of the user', async () => {
  const stage = await startPageStage(browser());
  const page = await stage.open();
  await signIn(page, stage.url, 'Adele Vance');
  await page.getByText('Signed in as Adele Vance.').waitFor();
  await page.getByRole('button', { name: 'Show my profile' }).click();
  const profile = await outcomeOf(page, 'Your profile');
  expect(profile).toContain('adele.vance@contoso.example');
  expect(profile).toContain('User.Read');
  expect(stage.granted('authorization_code')).toBe(1);
  expect(stage.problems).toEqual([]);
});

it('reads mail once its user consented, and not after a refusal', async () => {
  const stage = await startPageStage(browser());
  const page = await stage.open();
  await signIn(page, stage.url, 'Adele Vance');
  await page.getByRole('button', { name: 'Read my mail' }).click();
  await outcomeOf(page, 'Your consent is needed');

  await page.getByRole('link', { name: 'Review and consent' }).click();
  await page.getByText('use Mail.Read of Microsoft Graph for you').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await outcomeOf(page, 'That did not work')).toContain('You did not consent');

  await page.getByRole('button', { name: 'Read my mail' }).click();
  await page.getByRole('link', { name: 'Review and consent' }).click();
  await page.getByRole('button', { name: 'Accept' }).click();
  const mail = await outcomeOf(page, 'Your mail');
  expect(mail).toContain('This is a message to Adele Vance.');
  expect(new URL(page.url()).search).toBe('');
  expect(stage.problems).toEqual([]);
});

it('asks for a second factor where payroll needs one, and shows it then', async () => {
  const stage = await startPageStage(browser());
  const page = await stage.open();
  await signIn(page, stage.url, 'Adele Vance');
  await page.getByRole('button', { name: 'Show my payroll' }).click();
  await verify(page);
  expect(await outcomeOf(page, 'Your payroll')).toContain('employeeAdele Vancesalary4200');
  // The proof lasts: no second question.
  await page.getByRole('button', { name: 'Show my profile' }).click();
  await outcomeOf(page, 'Your profile');
  await page.getByRole('button', { name: 'Show my payroll' }).click();
  await outcomeOf(page, 'Your payroll');
  expect(stage.problems).toEqual([]);
});

it('signs out, here and at the identity platform', async () => {
  const stage = await startPageStage(browser());
  const page = await stage.open();
  await signIn(page, stage.url, 'Adele Vance');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('Nobody is signed in.').waitFor();
  expect(page.url()).toBe(`${stage.url}/`);
  const kept = await page.evaluate('JSON.stringify({ ...sessionStorage, ...localStorage })');
  expect(kept).not.toMatch(/token|adele/i);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Choose a user' }).waitFor();
  expect(await page.getByText('signed in', { exact: false }).count()).toBe(0);
  expect(stage.problems).toEqual([]);
});
