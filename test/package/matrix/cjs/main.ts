import assert from 'node:assert/strict';
import { importedTwice } from './one-copy.js';
import { reportScenario } from './report.js';

void reportScenario(async () => {
  assert.deepEqual(await importedTwice(), [], 'import() and require() give the same');
});
