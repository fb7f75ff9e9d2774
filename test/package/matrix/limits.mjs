// What does not work for reasons outside these packages, shown without them: when one of these works, so may we.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runBounded } from '../bounded-child.mjs';

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
