// What every command of this repository needs first: the right Node, the packages, a build.
// Uses Node alone, for on a clean clone there is nothing else.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Ends the command with one sentence. */
export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** Ends the command when Node is older than package.json allows. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node ${process.versions.node} is too old: nestjs-entra needs Node 20.19 or later.`);
}

/** Runs a program to its end; gives its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

/** Runs a JavaScript file of an installed package, with this Node: no shell, no PATH. */
export const runBin = (file, args, options) =>
  run(process.execPath, [join(ROOT, 'node_modules', file), ...args], options);

/** Installs the packages of the lockfile, unless they are there already. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  process.stdout.write('Installing packages …\n');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await (
    npm ? run(process.execPath, [npm, ...args]) : run('npm', args, { shell: process.platform === 'win32' })
  ).catch(() => fail('npm was not found: install Node with npm, then try again.'));
  if (code !== 0) fail('The packages could not be installed: `npm ci` failed, see above.');
}

/** npm keeps a list of what it installed; it must name all that the lockfile asks for. */
function isInstalled() {
  const list = (file) => JSON.parse(readFileSync(join(ROOT, file), 'utf8')).packages;
  if (!existsSync(join(ROOT, 'node_modules/.package-lock.json'))) return false;
  const installed = list('node_modules/.package-lock.json');
  return Object.entries(list('package-lock.json')).every(
    ([path, { version, optional, link }]) =>
      path === '' ||
      link ||
      optional ||
      !path.startsWith('node_modules/') ||
      installed[path]?.version === version,
  );
}

/** Whether a program is there to be run. */
export const isThere = async (program) =>
  (await run(program, ['--version'], { stdio: 'ignore' }).catch(() => 1)) === 0;

/** Installs a package of Debian where this user may; whoever calls it looks whether that helped. */
export async function installDebianPackage(name) {
  if (process.getuid?.() !== 0 || !(await isThere('apt-get'))) return;
  process.stdout.write(`Installing ${name} …\n`);
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const args = ['-o', 'DPkg::Lock::Timeout=60', 'install', '-y', '--no-install-recommends', name];
  if ((await run('apt-get', args, options)) === 0) return;
  await run('apt-get', ['update'], options);
  await run('apt-get', args, options);
}

/** Installs Debian's Redis for the tests of the shared store, when it is missing and this user may. */
export async function ensureRedis() {
  const isInstalledWhole = async () => (await isThere('redis-server')) && (await isThere('redis-cli'));
  if (await isInstalledWhole()) return;
  // No service of it is used: the tests start their own.
  await installDebianPackage('redis-server');
  if (await isInstalledWhole()) return;
  process.stderr.write(
    'redis-server is missing, so the tests of the shared store will fail; on Debian and Ubuntu: sudo apt-get install redis-server.\n',
  );
}

/** Installs Debian's nginx for the test of large challenges; without it that test is skipped. */
export async function ensureNginx() {
  const isInstalled = async () =>
    (await run('/usr/sbin/nginx', ['-v'], { stdio: 'ignore' }).catch(() => 1)) === 0 ||
    (await run('nginx', ['-v'], { stdio: 'ignore' }).catch(() => 1)) === 0;
  // No service of it is used: the tests start their own.
  if (!(await isInstalled())) await installDebianPackage('nginx-light');
}

const LIBRARIES = ['nestjs-entra', 'entra-emulator'];
const APPLICATIONS = ['downstream-api', 'sample-api'];

/** Builds the packages and the applications, unless the sources are those of the last build. */
export async function ensureBuilt({ force = false } = {}) {
  const stamp = join(ROOT, 'node_modules/.cache/nestjs-entra-build');
  const outputs = [
    ...LIBRARIES.map((name) => `libs/${name}/dist/index.js`),
    ...APPLICATIONS.map((name) => `apps/${name}/dist/main.js`),
    'apps/sample-spa/dist/page.js',
  ];
  const hash = sourceHash();
  const isFresh =
    outputs.every((file) => existsSync(join(ROOT, file))) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === hash;
  if (isFresh && !force) return;
  process.stdout.write('Building …\n');
  rmSync(stamp, { force: true });
  await compile(LIBRARIES);
  await buildForBrowsers();
  const { writeEsmEntries } = await import('./esm-entries.mjs');
  writeEsmEntries(join(ROOT, 'libs/nestjs-entra'));
  // The applications are compiled against what the libraries were compiled to.
  await compile(APPLICATIONS);
  const { buildPage } = await import('./build-page.mjs');
  await buildPage().catch(() => fail('The build failed, see above.'));
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

async function compile(projects) {
  const codes = await Promise.all(projects.map((name) => runBin('@nestjs/cli/bin/nest.js', ['build', name])));
  if (codes.some((code) => code !== 0)) fail('The build failed, see above.');
}

/** What runs in pages is an ECMAScript module besides; the package is CommonJS, so its folder has to say so. */
async function buildForBrowsers() {
  const library = join(ROOT, 'libs/nestjs-entra');
  const code = await runBin('typescript/bin/tsc', ['-p', join(library, 'tsconfig.client.json')]);
  if (code !== 0) fail('The build failed, see above.');
  writeFileSync(join(library, 'dist/esm/package.json'), '{ "type": "module" }\n');
}

function sourceHash() {
  const hash = createHash('sha256');
  const files = ['tsconfig.base.json', 'nest-cli.json', 'package-lock.json'];
  files.push(
    'libs/nestjs-entra/tsconfig.client.json',
    'libs/nestjs-entra/package.json',
    'tools/esm-entries.mjs',
  );
  for (const folder of ['libs', 'apps']) {
    for (const project of readdirSync(join(ROOT, folder))) {
      const source = join(folder, project, 'src');
      if (!existsSync(join(ROOT, source))) continue;
      const found = readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true });
      files.push(
        ...found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
      );
    }
  }
  const paths = files.map((name) => (name.startsWith(ROOT) ? name : join(ROOT, name)));
  for (const file of paths.sort((left, right) => (left < right ? -1 : 1))) {
    hash.update(file.slice(ROOT.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}
