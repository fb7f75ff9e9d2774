// `npm run chaos`: the shared store against real Redis servers that fail, at full length; `npm test` has a short version.
import { ensureInstalled, ensureRedis, requireNode, runBin } from './prepare.mjs';

requireNode();
await ensureInstalled();
await ensureRedis();
process.env.NESTJS_ENTRA_CHAOS = 'long';
// One file after the other: each needs the machine for itself.
const args = ['run', '--project', 'e2e', '--no-file-parallelism', 'test/chaos', ...process.argv.slice(2)];
process.exit(await runBin('vitest/vitest.mjs', args));
