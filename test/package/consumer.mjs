// An application as a user would have it: packages from tarballs, a compiler and a Nest of its own.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runBounded, runNpm } from './bounded-child.mjs';

const TEMPLATES = fileURLToPath(new URL('./consumers', import.meta.url));
const SHARED = join(TEMPLATES, 'shared');
// Not tsconfig.json: the linter would read it there, and its compiler knows no settings of earlier versions.
const TSCONFIG = 'tsconfig.consumer.json';
const LIMIT_MS = 240_000;
const RUN_LIMIT_MS = 60_000;

/** The names of all consumers: the templates' folders. */
export const consumerNames = () =>
  readdirSync(TEMPLATES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
    .map((entry) => entry.name);

/** Makes, installs, compiles and runs one; gives a line on what it saw. Throws with the output of the failed step. */
export async function runConsumer(name, libraries, folder) {
  const deadline = performance.now() + LIMIT_MS;
  const step = async (title, start, accept = ({ code }) => code === 0, ownLimitMs = LIMIT_MS) => {
    // NODE_ENV decides what npm installs and what the library allows: a consumer gets none.
    const limitMs = Math.max(1, Math.min(ownLimitMs, deadline - performance.now()));
    const result = await start({ cwd: folder, limitMs, env: { NODE_ENV: undefined } });
    if (result.timedOut || !accept(result)) throw new Error(`${title} failed:\n${result.output}`);
    return result;
  };
  const node = (args) => (options) => runBounded(process.execPath, args, options);

  const manifest = makeConsumer(name, libraries, folder);
  const install = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  await step('npm install', (options) => runNpm(install, options));
  const isOurs = (line) => isFaultOfLibrary(line, libraries);
  const compiled = await step(
    'tsc',
    node(['node_modules/typescript/bin/tsc', '--project', TSCONFIG, '--pretty', 'false']),
    (result) => (result.code === 0 ? true : errorsOf(result).length > 0 && !errorsOf(result).some(isOurs)),
  );
  const foreign = new Set(
    errorsOf(compiled).map((line) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(line)?.[1]),
  );
  const program = manifest.jest ? ['node_modules/jest/bin/jest.js'] : ['dist/main.js'];
  const { output } = await step('The scenario', node(program), undefined, RUN_LIMIT_MS);
  for (const command of libraries.flatMap(commandsOf)) {
    await step(`The command ${command}`, (options) =>
      runNpm(['exec', '--offline', '--', command, '--help'], options),
    );
  }
  const line = manifest.jest ? /^Tests: .*$/m.exec(output)?.[0] : output;
  return [
    line,
    ...(foreign.size > 0 ? [`types of ${[...foreign].join(', ')} have errors of their own`] : []),
  ].join('; ');
}

/** Copies the template and the shared sources, and adds the tarballs to what is to be installed. */
function makeConsumer(name, libraries, folder) {
  cpSync(join(TEMPLATES, name), folder, { recursive: true });
  cpSync(SHARED, join(folder, 'src'), { recursive: true });
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  for (const library of libraries) manifest.dependencies[library.name] = `file:${library.tarball}`;
  writeFileSync(file, JSON.stringify(manifest, undefined, 2));
  return manifest;
}

const commandsOf = ({ files }) => Object.keys(JSON.parse(files.get('package.json')).bin ?? {});

const errorsOf = ({ stdout }) => stdout.split(/\r?\n/).filter((line) => /\berror TS\d+:/.test(line));

/** Declarations of third parties have faults that we cannot mend; all else is ours: the consumer, the packages, the settings. */
function isFaultOfLibrary(line, libraries) {
  const [, owner] = /^[^(]*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(line.replaceAll('\\', '/')) ?? [];
  return owner === undefined || libraries.some(({ name }) => name === owner);
}
