// A folder with one Nest version, the packed libraries and the compiled scenarios.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { runBounded, runNpm } from '../package/bounded-child.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const INSTALL_LIMIT_MS = 180_000;
const RUN_LIMIT_MS = 120_000;
// Peer ranges of Nest's own packages contradict each other in 12.0.0.
const INSTALL = 'install --no-audit --no-fund --loglevel=error --prefer-offline --legacy-peer-deps'.split(
  ' ',
);

/** Installs the packages of a version, unless `folder` has them from an earlier run. */
export async function installVersion({ packages }, libraries, folder) {
  const manifest = JSON.stringify({
    name: 'nest-version',
    private: true,
    type: 'commonjs',
    dependencies: {
      ...packages,
      ...Object.fromEntries(libraries.map(({ name, tarball }) => [name, `file:${tarball}`])),
    },
  });
  const stamp = join(folder, 'installed.json');
  // The tarballs have another folder in every run; what is in them is written below.
  const wanted = JSON.stringify([packages, libraries.map(({ files }) => files.get('package.json'))]);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), manifest);
    const { code, output } = await runNpm(INSTALL, { cwd: folder, limitMs: INSTALL_LIMIT_MS });
    if (code !== 0) throw new Error(`npm install failed:\n${output}`);
    writeFileSync(stamp, wanted);
    return;
  }
  for (const { name, files } of libraries) replaceFiles(join(folder, 'node_modules', name), files);
}

/** The version of Nest that was installed. */
export function installedNest(folder) {
  return JSON.parse(readFileSync(join(folder, 'node_modules/@nestjs/core/package.json'), 'utf8')).version;
}

/** Compiles the scenarios into `folder`. Types are checked by `npm run typecheck`. */
export function compileScenarios(folder) {
  const target = join(folder, 'dist');
  rmSync(target, { recursive: true, force: true });
  for (const part of ['support', 'scenarios']) {
    mkdirSync(join(target, part), { recursive: true });
    for (const file of readdirSync(join(HERE, part)).filter((name) => name.endsWith('.ts'))) {
      const { outputText } = ts.transpileModule(readFileSync(join(HERE, part, file), 'utf8'), {
        fileName: file,
        compilerOptions: {
          target: ts.ScriptTarget.ES2022,
          module: ts.ModuleKind.CommonJS,
          esModuleInterop: true,
          experimentalDecorators: true,
          emitDecoratorMetadata: true,
        },
      });
      writeFileSync(join(target, part, file.replace(/\.ts$/, '.js')), outputText);
    }
  }
}

/** Runs the scenarios; gives one result each: `{ title, adapter, error? }`. */
export async function runScenarios(folder, only = '') {
  const { code, stdout, output } = await runBounded(process.execPath, ['dist/support/main.js', only], {
    cwd: folder,
    limitMs: RUN_LIMIT_MS,
    env: { NODE_ENV: undefined, NODE_NO_WARNINGS: '1' },
  });
  const results = stdout
    .split('\n')
    .filter((line) => line.startsWith('{"title":'))
    .map((line) => JSON.parse(line));
  if (code !== 0) throw new Error(`The scenarios did not run to their end:\n${output}`);
  return results;
}

function replaceFiles(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
