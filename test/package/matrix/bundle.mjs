// A bundle that imports and requires the library: it must hold one copy, and load reflect-metadata.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { runBounded } from '../bounded-child.mjs';

const LIMIT_MS = 30_000;
const SOURCE = `import 'nestjs-entra';
console.log(typeof Reflect.getMetadata);
import { EntraAuthError } from 'nestjs-entra';
import { InspectorModule } from 'nestjs-entra/inspector';
console.log(require('nestjs-entra').EntraAuthError === EntraAuthError);
console.log(require('nestjs-entra/inspector').InspectorModule === InspectorModule);
`;

/** Bundles for Node with esbuild, Nest left out, and runs what came of it. */
export async function runBundle(folder, node) {
  const root = join(folder, 'bundle');
  mkdirSync(root);
  writeFileSync(join(root, 'entry.mjs'), SOURCE);
  await build({
    entryPoints: [join(root, 'entry.mjs')],
    outfile: join(root, 'bundle.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@nestjs/*'],
    logLevel: 'silent',
  });
  const { code, output } = await runBounded(node.path, ['bundle.cjs'], { cwd: root, limitMs: LIMIT_MS });
  if (code !== 0 || output !== 'function\ntrue\ntrue') throw new Error(output);
}
