// What does not work for reasons outside these packages, shown without them, and what users can do about it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runBounded } from '../bounded-child.mjs';
import { documentedFile } from '../documented.mjs';

const LIMIT_MS = 60_000;

/** Jest cannot require() Nest 12 before Node 24.9, with and without its flag. */
export async function showJestLimit(folder, node) {
  const root = join(folder, 'limit');
  mkdirSync(root);
  writeFileSync(join(root, 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(join(root, 'nest.test.js'), "test('Nest', () => void require('@nestjs/common'));\n");
  const args = ['../node_modules/jest/bin/jest.js', '--watchman=false'];
  for (const flags of [[], ['--experimental-vm-modules']]) {
    const { output } = await runBounded(node.path, [...flags, ...args], { cwd: root, limitMs: LIMIT_MS });
    if (!output.includes('Must use import to load ES Module')) throw new Error(`It can now:\n${output}`);
  }
}

/** In Jest before Node 24.9, a CommonJS package can require the library once an ES module has imported it. */
export async function runAfterSetup(folder, node) {
  const root = join(folder, 'setup');
  mkdirSync(root);
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(root, 'jest-setup.mjs'), documentedFile('jest-setup.mjs'));
  writeFileSync(
    join(root, 'jest.config.json'),
    '{ "transform": {}, "testMatch": ["<rootDir>/*.test.js"], "setupFiles": ["<rootDir>/jest-setup.mjs"] }\n',
  );
  writeFileSync(join(root, 'package.cjs'), "module.exports = require('nestjs-entra');\n");
  writeFileSync(
    join(root, 'copies.test.js'),
    `import required from './package.cjs';
import { EntraAuthError } from 'nestjs-entra';
test('one copy', () => expect(required.EntraAuthError).toBe(EntraAuthError));
`,
  );
  const args = ['--experimental-vm-modules', '../node_modules/jest/bin/jest.js', '--watchman=false'];
  const { code, output } = await runBounded(node.path, args, { cwd: root, limitMs: LIMIT_MS });
  if (code !== 0) throw new Error(output);
}
