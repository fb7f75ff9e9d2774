import { expect, test } from '@jest/globals';
import { runScenario } from './scenario.js';

test('the packages work inside Jest', async () => {
  expect(await runScenario()).toContain('200 for user');
}, 60_000);
