// `npm run test:databases`: stores over databases that are none of Redis, each against a real server.
import { existsSync } from 'node:fs';
import { ensureInstalled, fail, installDebianPackage, isThere, requireNode, runBin } from './prepare.mjs';

/** Each is started by the tests themselves. @type {[name: string, isInstalled: () => Promise<boolean> | boolean][]} */
const SERVERS = [
  ['memcached', () => isThere('memcached')],
  ['postgresql', () => existsSync('/usr/lib/postgresql')],
];

requireNode();
await ensureInstalled();
for (const [name, isInstalled] of SERVERS) {
  if (!(await isInstalled())) await installDebianPackage(name);
  if (!(await isInstalled()))
    fail(
      `${name} is missing, and these tests need a real one; on Debian and Ubuntu: sudo apt-get install ${name}.`,
    );
}
process.exit(await runBin('vitest/vitest.mjs', ['run', '--project', 'databases', ...process.argv.slice(2)]));
