// `npm test`: installs what is missing and runs everything. `npm test -- ARGS` hands ARGS to vitest alone.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { ensureInstalled, ensureNginx, ensureRedis, requireNode, runBin } from './prepare.mjs';

requireNode();
await ensureInstalled();
await ensureRedis();
await ensureNginx();
await ensureChromium();

const only = process.argv.slice(2);
if (only.length > 0) process.exit(await runBin('vitest/vitest.mjs', ['run', ...only]));

const report = join(mkdtempSync(join(tmpdir(), 'nestjs-entra-test-')), 'report.json');
/** @type {[name: string, check: () => Promise<number>][]} */
const checks = [
  ['types', () => runBin('typescript/bin/tsc', ['--noEmit', '--project', 'tsconfig.json'])],
  ['types of the page', () => runBin('typescript/bin/tsc', ['--noEmit', '--project', 'apps/sample-spa'])],
  ['lint', () => runBin('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings'])],
  ['format', () => runBin('prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.'])],
  [
    'tests',
    () =>
      runBin('vitest/vitest.mjs', [
        'run',
        ...['unit', 'e2e', 'browser'].map((project) => `--project=${project}`),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ]),
  ],
];

const failed = [];
const begun = performance.now();
for (const [name, check] of checks) {
  const started = performance.now();
  process.stdout.write(`\n── ${name}\n`);
  if ((await check()) !== 0) failed.push(name);
  process.stdout.write(`── ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
rmSync(report, { force: true });
process.stdout.write(`\nAll checks took ${((performance.now() - begun) / 1000).toFixed(0)} s.\n`);
if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(', ')}.\n`);
process.stdout.write(`${numPassedTests} passed, ${numFailedTests} failed\n`);
process.exit(failed.length > 0 ? 1 : 0);
