// What a package may hold, and what it must.
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../tools/prepare.mjs';

const ALLOWED =
  /^(?:dist\/.+\.(?:js|d\.ts)|dist\/esm\/package\.json|bin\/entra-emulator\.js|seed\.schema\.json|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
const UNWANTED = /\.(?:spec|test)\.|(?:^|\/)(?:src|test|tests|__tests__)\/|tsconfig/;
const REQUIRED = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts'];
const DOWNLOAD_ADDRESS = /https?:\/\/[^\s'"`)]+\.(?:tgz|tar\.gz)\b/;
const PRIVATE_FIELDS = ['_resolved', '_integrity', 'publishConfig', 'private'];

/** The faults of a packed library, one sentence each. */
export function contentFaults({ name, files }) {
  const faults = REQUIRED.filter((file) => !files.has(file)).map((file) => `${file} is missing`);
  for (const [file, text] of files) {
    if (!ALLOWED.test(file) || UNWANTED.test(file)) faults.push(`${file} does not belong into the package`);
    faults.push(...pairFaults(name, file, files), ...textFaults(file, text));
  }
  faults.push(...manifestFaults(JSON.parse(files.get('package.json') ?? '{}'), files));
  return faults;
}

/** Compiled files come in pairs, and from a source that is still there. */
function pairFaults(name, file, files) {
  const [, stem, ending] = /^dist\/(.+?)(\.js|\.d\.ts)$/.exec(file) ?? [];
  if (stem === undefined) return [];
  const other = `dist/${stem}${ending === '.js' ? '.d.ts' : '.js'}`;
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

function manifestFaults(manifest, files) {
  const faults = PRIVATE_FIELDS.filter((field) => field in manifest).map(
    (field) => `package.json has "${field}"`,
  );
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
