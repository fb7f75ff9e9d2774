// One install of a Nest version with two applications in it, one of CommonJS and one of ES modules.
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runBounded, runNpm } from '../bounded-child.mjs';
import { documentedFile, emulatorArguments, installArguments } from '../documented.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SCENARIO = join(HERE, '../consumers/shared');
const LIMIT_MS = 180_000;
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
const TYPES = { cjs: 'commonjs', esm: 'module' };
/** Both are compiled as Nest's own template compiles. */
const COMPILER_OPTIONS = {
  module: 'nodenext',
  moduleResolution: 'nodenext',
  target: 'ES2022',
  lib: ['ES2022'],
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  isolatedModules: true,
  esModuleInterop: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  rootDir: 'src',
  outDir: 'dist',
};
const CONFIGURATIONS = [
  'jest.config.mjs',
  'jest-esm.config.mjs',
  'jest-transform.config.mjs',
  'vitest.config.mts',
];

/** Installs Nest, then what the README says, and compiles both applications. */
export async function makeApplications({ major, packages }, libraries, folder) {
  writeJson(join(folder, 'package.json'), { name: 'matrix', private: true, dependencies: packages });
  for (const { tarball } of libraries) copyFileSync(tarball, join(folder, basename(tarball)));
  for (const args of [['install'], installArguments(major), emulatorArguments()]) {
    await succeed(`npm ${args.join(' ')}`, runNpm([...args, ...QUIET], { cwd: folder, limitMs: LIMIT_MS }));
  }
  requireSameMajor(folder, major);
  for (const [name, type] of Object.entries(TYPES)) await makeApplication(name, type, folder);
}

/** Another major installs without a word, and fails in Jest. */
function requireSameMajor(folder, major) {
  const file = join(folder, 'node_modules/@nestjs/passport/package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8'));
  if (!version.startsWith(`${major}.`)) throw new Error(`The README installs @nestjs/passport ${version}`);
}

async function makeApplication(name, type, folder) {
  const root = join(folder, name);
  mkdirSync(root);
  writeJson(join(root, 'package.json'), { name: `matrix-${name}`, private: true, type });
  writeJson(join(root, 'tsconfig.json'), { compilerOptions: COMPILER_OPTIONS, include: ['src'] });
  for (const source of [SCENARIO, join(HERE, 'shared'), join(HERE, name)]) {
    cpSync(source, join(root, 'src'), { recursive: true });
  }
  // Vitest looks for this ending, and so does this repository's own Vitest.
  if (type === 'module') cpSync(join(HERE, name, 'scenario.vitest.ts'), join(root, 'src/scenario.spec.ts'));
  for (const file of CONFIGURATIONS) writeFileSync(join(root, file), documentedFile(file));
  const args = [join(folder, 'node_modules/typescript/bin/tsc'), '--project', '.', '--pretty', 'false'];
  await succeed(`tsc (${name})`, runBounded(process.execPath, args, { cwd: root, limitMs: LIMIT_MS }));
}

async function succeed(title, running) {
  const { code, output } = await running;
  if (code !== 0) throw new Error(`${title} failed:\n${output}`);
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
