// How an application is run on one Node: by itself and by its tests.
import { join } from 'node:path';
import { runBounded } from '../bounded-child.mjs';

const LIMIT_MS = 90_000;
const VM_MODULES = '--experimental-vm-modules';

/** The runs of a Nest version on a Node, each with a title and what it starts. */
export function runsOf(nest, node) {
  const jest = (name, config, flags) => [
    ...flags,
    '../node_modules/jest/bin/jest.js',
    '--config',
    config,
    '--testRegex',
    String.raw`\.jest\.ts$`,
    '--cacheDirectory',
    `../jest-cache-${name}`,
    '--watchman=false',
  ];
  const runs = [
    { title: 'node, CommonJS', type: 'cjs', args: ['dist/main.js'] },
    { title: 'node, ES modules', type: 'esm', args: ['dist/main.js'] },
    { title: 'Jest, ES modules', type: 'esm', args: jest('esm', 'jest-esm.config.mjs', [VM_MODULES]) },
    {
      title: 'Vitest',
      type: 'esm',
      args: ['../node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.config.mts', '--dir', 'src'],
    },
  ];
  if (nest.major < 12) {
    runs.push({ title: 'Jest, CommonJS', type: 'cjs', args: jest('cjs', 'jest.config.mjs', []) });
  } else {
    runs.push({
      title: 'Jest, CommonJS, Nest transformed',
      type: 'cjs',
      args: jest('transform', 'jest-transform.config.mjs', []),
    });
    // Jest requires ES modules by means that Node has since 24.9.
    if (node.major >= 24) {
      const title = 'Jest, CommonJS, Nest required';
      runs.push({ title, type: 'cjs', args: jest('cjs', 'jest.config.mjs', [VM_MODULES]) });
    }
  }
  return runs.map((run) => ({ ...run, title: `${nest.name}, Node ${node.major}, ${run.title}`, node }));
}

/** Starts a run; throws with its output when it fails. */
export async function startRun({ node, type, args }, folder) {
  const { code, output } = await runBounded(node.path, args, {
    cwd: join(folder, type),
    limitMs: LIMIT_MS,
    env: { NODE_ENV: undefined, NODE_OPTIONS: undefined },
  });
  if (code !== 0) throw new Error(output);
}
