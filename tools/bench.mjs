// `npm run bench`: what the library costs, beside the same written otherwise, in one run on this machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, fail, requireNode, ROOT, run, runBin } from './prepare.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();

const compiled = join(ROOT, 'node_modules/.cache/nestjs-entra-bench');
mkdirSync(compiled, { recursive: true });
writeFileSync(join(compiled, 'package.json'), '{ "type": "module" }\n');
if ((await runBin('typescript/bin/tsc', ['--project', 'test/bench/tsconfig.json'])) !== 0) {
  fail('The benchmark does not compile, see above.');
}
process.exit(await run(process.execPath, [join(compiled, 'main.js'), ...process.argv.slice(2)]));
