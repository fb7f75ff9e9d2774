// `npm run test:nest-versions`: runs the scenarios of test/nest-versions on every supported version of Nest.
// `-- --version 10.4.0` runs one version, `--scenario TEXT` the scenarios with that text in their title,
// and `--keep` leaves the installed packages for the next run.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, fail, requireNode, ROOT } from './prepare.mjs';

const LIBRARIES = ['nestjs-entra', 'entra-emulator'];
/** Most of the time goes into npm, and npm mostly waits. */
const AT_ONCE = 3;

requireNode();
await ensureInstalled();
// These need installed packages, so they cannot be loaded before.
const { killAll } = await import('../test/package/bounded-child.mjs');
const { packLibrary } = await import('../test/package/tarball.mjs');
const { NEST_VERSIONS } = await import('../test/nest-versions/versions.mjs');
const { compileScenarios, installedNest, installVersion, runScenarios } =
  await import('../test/nest-versions/application.mjs');

const { version, scenario, keep } = readArguments();
await ensureBuilt();

const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'nestjs-entra-nest-versions-')));
const installations = keep ? join(ROOT, 'node_modules/.cache/nest-versions') : workspace;
const remove = () => rmSync(workspace, { recursive: true, force: true, maxRetries: 3 });
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    killAll();
    remove();
    process.exit(1);
  });
}

const begun = performance.now();
let failed = 0;
let passed = 0;
try {
  const libraries = [];
  for (const name of LIBRARIES) libraries.push(await packLibrary(name, workspace));
  const queue = NEST_VERSIONS.filter(({ name }) => version === undefined || name === version);
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      await testVersion(next, libraries);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
} catch (error) {
  failed += 1;
  print(`FAILED: ${error.message}`);
} finally {
  killAll();
  remove();
}
print(`All versions took ${secondsSince(begun)}.`);
print(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

async function testVersion(nest, libraries) {
  const started = performance.now();
  const folder = join(installations, nest.name);
  try {
    await installVersion(nest, libraries, folder);
    compileScenarios(folder);
    const results = await runScenarios(folder, scenario);
    const failures = results.filter(({ error }) => error !== undefined);
    failed += failures.length;
    passed += results.length - failures.length;
    const counts = `${results.length - failures.length} of ${results.length} scenarios passed`;
    print(
      `${failures.length > 0 ? 'FAILED' : 'ok    '}  Nest ${installedNest(folder)}: ${counts} (${secondsSince(started)})`,
    );
    for (const { title, adapter, error } of failures) {
      print(`        ${adapter}: ${title}\n${error.replaceAll(/^/gm, '            ')}`);
    }
  } catch (error) {
    failed += 1;
    print(`FAILED  Nest ${nest.name}\n${error.message.replaceAll(/^/gm, '        ')}`);
  }
}

function readArguments() {
  const names = NEST_VERSIONS.map(({ name }) => name);
  try {
    const { values } = parseArgs({
      options: {
        version: { type: 'string' },
        scenario: { type: 'string' },
        keep: { type: 'boolean', default: false },
      },
    });
    if (values.version !== undefined && !names.includes(values.version)) {
      fail(`There is no version "${values.version}"; use one of ${names.join(', ')}.`);
    }
    return values;
  } catch (error) {
    return fail(
      `${error.message}\nUsage: npm run test:nest-versions -- [--version ${names.join('|')}] [--scenario TEXT] [--keep]`,
    );
  }
}

function secondsSince(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
