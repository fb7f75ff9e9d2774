// `npm run test:package`: packs the packages, checks what was packed, and uses it as applications would.
// `npm run test:package -- --only NAME` runs one of the applications alone.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
const { packLibrary } = await import('../test/package/tarball.mjs');

const names = consumerNames();
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
    for (const library of libraries) {
      print(`${library.name}: ${library.files.size} files, ${kilobytes(library)} kB unpacked`);
      await check(`${library.name}, contents`, () => noFaults(contentFaults(library)));
      await check(`${library.name}, publint`, async () => noFaults(await publintFaults(library)));
      await check(`${library.name}, types`, async () => noFaults(await typesFaults(library)));
    }
  }
  // Side by side: most of the time goes into waiting for npm.
  await Promise.all(
    names
      .filter((name) => only === undefined || name === only)
      .map((name) =>
        check(`application ${name}`, () => {
          const folder = join(workspace, name);
          mkdirSync(folder);
          return runConsumer(name, libraries, folder);
        }),
      ),
  );
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
