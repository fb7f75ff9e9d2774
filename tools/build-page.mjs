// The page of apps/sample-spa: three files for the sample API to serve.
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './prepare.mjs';

const SOURCE = join(ROOT, 'apps/sample-spa/src');

/** Bundles into a folder. `alias` leads packages elsewhere: a test takes the sources of the library, not its build. */
export async function buildPage(folder = join(ROOT, 'apps/sample-spa/dist'), alias = {}) {
  const { build } = await import('esbuild');
  await mkdir(folder, { recursive: true });
  await Promise.all([
    build({
      entryPoints: [join(SOURCE, 'page.ts')],
      outfile: join(folder, 'page.js'),
      alias,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      legalComments: 'none',
      logLevel: 'error',
    }),
    ...['index.html', 'page.css'].map((name) => copyFile(join(SOURCE, name), join(folder, name))),
  ]);
}
