import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { Workbench } from './measure/workbench.js';
import { thisMachine } from './report/machine.js';
import { performancePage } from './report/performance-page.js';
import { plot } from './report/plot.js';
import { report } from './report/report.js';
import type { Results } from './report/results.js';
import { targets } from './report/targets.js';
import { measureAcquisition } from './suites/acquisition.js';
import { measureStore } from './suites/store.js';
import { FULL, QUICK, usersNeeded, type Sizes } from './suites/sizes.js';
import { measureValidation } from './suites/validation.js';

const SUITES = ['validation', 'acquisition'];

/** Needs a Redis, so it is measured on demand. */
const STORE = 'store';
const STORE_USERS = { quick: 200, full: 5_000 };

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const suites = positionals.length > 0 ? positionals : SUITES;
  const known = [...SUITES, STORE];
  const unknown = suites.find((suite) => !known.includes(suite));
  if (unknown !== undefined)
    return refuse(`There is no benchmark ${unknown}; there are ${known.join(', ')}.`);
  if (values.write && (values.quick || !SUITES.every((suite) => suites.includes(suite)))) {
    return refuse('--write needs a full run of both benchmarks.');
  }

  const results = await measure(values.quick ? QUICK : FULL, suites);
  process.stdout.write(`\n${report(results)}`);
  if (values.json !== undefined) {
    writeTo(
      resolve(values.json),
      `${JSON.stringify({ ...results, targets: targets(results) }, undefined, 2)}\n`,
    );
  }
  if (values.write) await writeDocs(results);
  return 0;
}

async function measure(sizes: Sizes, suites: readonly string[]): Promise<Results> {
  const store = suites.includes(STORE)
    ? await measureStore(sizes.isQuick ? STORE_USERS.quick : STORE_USERS.full)
    : undefined;
  const isAlone = suites.every((suite) => suite === STORE);
  const rest = isAlone
    ? { machine: thisMachine(), isQuick: sizes.isQuick }
    : await measureRequests(sizes, suites);
  return { ...rest, ...(store && { store }) };
}

async function measureRequests(sizes: Sizes, suites: readonly string[]): Promise<Results> {
  const machine = thisMachine();
  const workbench = await Workbench.open(usersNeeded(sizes, suites));
  try {
    const { isQuick } = sizes;
    const validation = suites.includes('validation') ? await measureValidation(workbench, sizes) : undefined;
    const acquisition = suites.includes('acquisition')
      ? await measureAcquisition(workbench, sizes)
      : undefined;
    return { machine, isQuick, ...(validation && { validation }), ...(acquisition && { acquisition }) };
  } finally {
    await workbench.close();
  }
}

async function writeDocs(results: Results): Promise<void> {
  const page = resolve('docs/performance.md');
  const config = await resolveConfig(page);
  writeTo(page, await format(performancePage(results), { ...config, parser: 'markdown' }));
  if (results.acquisition) writeTo(resolve('docs/assets/cpu-per-request.svg'), plot(results.acquisition));
}

function writeTo(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`Wrote ${file}\n`);
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}

process.exitCode = await main();
