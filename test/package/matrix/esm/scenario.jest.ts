import { expect, test } from '@jest/globals';
import { requiredTwice } from './one-copy.js';
import { runScenario } from './scenario.js';

test('the packages work inside Jest, required and imported', async () => {
  expect(requiredTwice()).toEqual([]);
  expect(await runScenario()).toContain('200 for user');
}, 60_000);
