import assert from 'node:assert/strict';
import { requiredTwice } from './one-copy.js';
import { reportScenario } from './report.js';

await reportScenario(() => {
  assert.deepEqual(requiredTwice(), [], 'require() and import give the same');
});
