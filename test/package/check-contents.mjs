// What a package may hold, and what it must.
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../tools/prepare.mjs';

const ALLOWED =
  /^(?:dist\/.+\.(?:m?js|d\.m?ts)|dist\/esm\/package\.json|bin\/entra-emulator\.js|seed\.schema\.json|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
const UNWANTED = /\.(?:spec|test)\.|(?:^|\/)(?:src|test|tests|__tests__)\/|tsconfig/;
/** What the build adds to what it compiles, without types: `tools/esm-entries.mjs`. */
const UNTYPED = /^dist\/(?:nest-packages|(?:.+\/)?index\.load)\.js$/;
const NEST_PACKAGES = 'dist/nest-packages.js';
const REQUIRED = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts'];
const DOWNLOAD_ADDRESS = /https?:\/\/[^\s'"`)]+\.(?:tgz|tar\.gz)\b/;
const PRIVATE_FIELDS = ['_resolved', '_integrity', 'publishConfig', 'private'];

/** The faults of a packed library, one sentence each. */
export function contentFaults({ name, files }) {
  const faults = REQUIRED.filter((file) => !files.has(file)).map((file) => `${file} is missing`);
  for (const [file, text] of files) {
    if (!ALLOWED.test(file) || UNWANTED.test(file)) faults.push(`${file} does not belong into the package`);
    faults.push(...pairFaults(name, file, files), ...textFaults(file, text), ...loadFaults(file, text));
  }
  faults.push(...manifestFaults(JSON.parse(files.get('package.json') ?? '{}'), files));
  return faults;
}

/** Compiled files come in pairs, and from a source that is still there. */
function pairFaults(name, file, files) {
  const [, stem, types, module] = /^dist\/(.+?)(\.d)?\.(m?)[jt]s$/.exec(file) ?? [];
  if (stem === undefined || UNTYPED.test(file)) return [];
  const other = `dist/${stem}${types ? `.${module}js` : `.d.${module}ts`}`;
  return [
    ...(files.has(other) ? [] : [`${file} has no ${other} beside it`]),
    ...(existsSync(join(ROOT, 'libs', name, 'src', `${stem.replace(/^esm\//, '')}.ts`))
      ? []
      : [`${file} has no source any more`]),
  ];
}

function textFaults(file, text) {
  const forms = [ROOT, homedir(), tmpdir()].flatMap((path) => [path, path.replaceAll('\\', '\\\\')]);
  const inside = (path) => new RegExp(`(?<![\\w.:/-])${escaped(path)}[\\\\/]`).test(text);
  const address = DOWNLOAD_ADDRESS.exec(text)?.[0];
  return [
    ...(forms.some((path) => path.length > 1 && inside(path))
      ? [`${file} names a folder of this machine`]
      : []),
    ...(address ? [`${file} holds a download address: ${address}`] : []),
  ];
}

/** Jest cannot require() Nest 12, so one file knows what to do about it. A source map must be there or not be named. */
function loadFaults(file, text) {
  return [
    ...(file.endsWith('.js') && file !== NEST_PACKAGES && /\brequire\(["']@nestjs\//.test(text)
      ? [`${file} requires Nest itself; only ${NEST_PACKAGES} may`]
      : []),
    ...(/^\/\/# sourceMappingURL=/m.test(text)
      ? [`${file} names a source map that is not in the package`]
      : []),
  ];
}

/** A bundler drops a file without side effects when it uses nothing of it, and the metadata of decorators with it. */
function sideEffectFaults({ sideEffects, exports }, files) {
  if (sideEffects === undefined) return [];
  const listed = new Set(sideEffects || []);
  const entries = [...files].filter(([, text]) =>
    /^(?:import|require\().*["']reflect-metadata["']/m.test(text),
  );
  const loaded = entries.map(([file]) => `./${file}`).filter((file) => file.endsWith('js'));
  const modules = Object.values(exports)
    .filter((entry) => loaded.includes(entry.default?.default))
    .map((entry) => entry.import?.default);
  return [...loaded, ...modules]
    .filter((file) => file !== undefined && !listed.has(file))
    .map((file) => `${file} loads reflect-metadata and must be listed in "sideEffects"`);
}

function manifestFaults(manifest, files) {
  const faults = PRIVATE_FIELDS.filter((field) => field in manifest).map(
    (field) => `package.json has "${field}"`,
  );
  faults.push(...sideEffectFaults(manifest, files));
  for (const range of Object.values({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (/^(?:file|link|workspace|git|https?):/.test(range)) faults.push(`package.json depends on "${range}"`);
  }
  for (const path of Object.values(manifest.bin ?? {})) {
    const text = files.get(path.replace(/^\.\//, ''));
    if (text === undefined) faults.push(`the command ${path} is missing`);
    else if (!text.startsWith('#!/usr/bin/env node\n'))
      faults.push(`the command ${path} does not begin with #!`);
  }
  return faults;
}

function escaped(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
