import { afterEach, expect, it } from 'vitest';
import { EntraEmulator } from '../entra-emulator.js';
import type { EmulatorSeed } from './emulator-seed.js';
import { checkSeed } from './apply-seed.js';

const started: EntraEmulator[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((emulator) => emulator.stop()));
});

const APP = '6a1f1f0e-7c0b-4c5e-9d6a-2f5b8f0c0002';

async function secretAnswer(expiresOn: unknown): Promise<unknown> {
  const seed = { applications: [{ clientId: APP, clientSecrets: [{ value: 'a secret', expiresOn }] }] };
  const emulator = await EntraEmulator.start({ seed: seed as EmulatorSeed });
  started.push(emulator);
  const response = await emulator.fetch(`${emulator.url}/${emulator.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=client_credentials&client_id=${APP}&client_secret=a+secret&scope=${APP}%2F.default`,
  });
  const { error_codes: codes } = (await response.json()) as { error_codes?: number[] };
  return codes ?? response.status;
}

it('reads the end of a secret from a text, or takes a date', async () => {
  expect(await secretAnswer('2020-01-31T00:00:00Z')).toEqual([7000222]);
  expect(await secretAnswer(new Date('2020-01-31T00:00:00Z'))).toEqual([7000222]);
  expect(await secretAnswer('2999-01-31T00:00:00Z')).toBe(200);
});

it('names the secret whose end is no time', async () => {
  await expect(secretAnswer('soon')).rejects.toThrow(
    '/applications/0: expiresOn must be a time, but is "soon".',
  );
});

it.each([
  [{ consents: [{ clientId: APP, scopes: 'User.Read Mail.Read' }] }, []],
  [
    { consents: [{ clientId: APP, scopes: 5 }] },
    ['/consents/0/scopes: must be an array or a string, but is 5.'],
  ],
  [
    { applications: [{ clientSecrets: [{}] }] },
    ['/applications/0/clientSecrets/0: the member value is missing.'],
  ],
  [
    { applications: [{ requestedAccessTokenVersion: 3 }] },
    ['/applications/0/requestedAccessTokenVersion: must be one of 1, 2, but is 3.'],
  ],
  [{ 'a/b~c': 1 }, [expect.stringMatching(/^\/a~1b~0c: no such member; known are /)]],
  [[], ['/: must be an object, but is [].']],
  [null, ['/: must be an object, but is null.']],
])('finds the faults of %j', (seed, faults) => {
  const found = (): readonly unknown[] => {
    try {
      checkSeed(seed);
      return [];
    } catch (error) {
      return (error as { faults: readonly string[] }).faults;
    }
  };
  expect(found()).toEqual(faults);
});
