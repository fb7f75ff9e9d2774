// `npm run test:package`: packs the packages, checks what was packed, and uses it as applications would.
// `npm run test:package -- --only NAME` runs only one of the applications, or the matrix of versions.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, fail, requireNode } from './prepare.mjs';

const LIBRARIES = ['nestjs-entra', 'entra-emulator'];

requireNode();
await ensureInstalled();
// These need installed packages, so they cannot be loaded before.
const { killAll } = await import('../test/package/bounded-child.mjs');
const { contentFaults } = await import('../test/package/check-contents.mjs');
const { publintFaults, typesFaults } = await import('../test/package/check-publishing.mjs');
const { consumerNames, runConsumer } = await import('../test/package/consumer.mjs');
const { installationsOf } = await import('../test/package/matrix/matrix.mjs');
const { packLibrary, packAsDocumented } = await import('../test/package/tarball.mjs');

const MATRIX = 'matrix';
const names = [...consumerNames(), MATRIX];
const only = readOnly();
await ensureBuilt();

const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'nestjs-entra-package-')));
const remove = () => rmSync(workspace, { recursive: true, force: true, maxRetries: 3 });
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    killAll();
    remove();
    process.exit(1);
  });
}

let failed = 0;
let passed = 0;
try {
  const libraries = [];
  for (const name of LIBRARIES) libraries.push(await packLibrary(name, workspace));
  if (only === undefined) {
    await check('npm pack, as the README says', () => packAsDocumented(libraries, workspace));
    for (const library of libraries) {
      print(`${library.name}: ${library.files.size} files, ${kilobytes(library)} kB unpacked`);
      await check(`${library.name}, contents`, () => noFaults(contentFaults(library)));
      await check(`${library.name}, publint`, async () => noFaults(await publintFaults(library)));
      await check(`${library.name}, types`, async () => noFaults(await typesFaults(library)));
    }
  }
  const consumers = consumerNames()
    .filter((name) => only === undefined || name === only)
    .map((name) => ({
      title: `application ${name}`,
      act: () => {
        const folder = join(workspace, name);
        mkdirSync(folder);
        return runConsumer(name, libraries, folder);
      },
    }));
  const matrix = only === undefined || only === MATRIX ? installationsOf(libraries, workspace) : undefined;
  // More than there are cores: much of the time goes into waiting for npm.
  await checkAll([...(matrix?.installations ?? []), ...consumers], availableParallelism() + 2);
  await checkAll(matrix?.runs() ?? [], availableParallelism());
} catch (error) {
  failed += 1;
  print(`FAILED: ${error.message}`);
} finally {
  killAll();
  remove();
}
print(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function readOnly() {
  try {
    const { only: name } = parseArgs({ options: { only: { type: 'string' } } }).values;
    if (name !== undefined && !names.includes(name)) {
      fail(`There is no application "${name}"; give one of ${names.join(', ')}.`);
    }
    return name;
  } catch (error) {
    return fail(`${error.message}\nUsage: npm run test:package -- [--only ${names.join('|')}]`);
  }
}

/** Runs checks, so many of them at a time. */
async function checkAll(checks, limit) {
  const waiting = [...checks];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await check(next.title, next.act);
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
}

/** Runs one check and tells how it went; the others go on. */
async function check(title, act) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  try {
    const line = await act();
    passed += 1;
    print(`ok      ${title}${line ? `: ${line}` : ''} (${seconds()})`);
  } catch (error) {
    failed += 1;
    print(`FAILED  ${title} (${seconds()})\n${error.message.replaceAll(/^/gm, '        ')}`);
  }
}

function noFaults(faults) {
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function kilobytes({ files }) {
  const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return (bytes / 1000).toFixed(0);
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
