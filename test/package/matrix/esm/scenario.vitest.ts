import { expect, test } from 'vitest';
import { requiredTwice } from './one-copy.js';
import { runScenario } from './scenario.js';

test('the packages work inside Vitest, required and imported', async () => {
  expect(requiredTwice()).toEqual([]);
  expect(await runScenario()).toContain('200 for user');
}, 60_000);
