// The ESM entry points of nestjs-entra. There is one build, in CommonJS: `require()` loads it, and `import` loads an ES
// module that exports what the build exports. So an application has one copy of every class, however it is loaded.
//
// Nest 12 is ESM only, and Jest cannot require() an ES module before Node 24.9. An ESM entry point can import Nest
// there: it does, and hands Nest's packages over before the build is loaded.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';

const NEST_REQUIRE = /\brequire\("(@nestjs\/[^"]+)"\)/g;
const HAND_OVER = 'nest-packages.js';

/** Adds ESM entry points to a compiled library: for each entry of `exports` whose `import` is an `.mjs` file. */
export function writeEsmEntries(library) {
  const dist = join(library, 'dist');
  const { exports, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(library, 'package.json'), 'utf8'),
  );
  const nestPackages = leadToNestPackages(dist);
  const unusable = nestPackages.find((name) => !(name in peerDependencies) || name in peerDependenciesMeta);
  if (unusable !== undefined) {
    throw new Error(`"${unusable}" must be a required peer dependency: every ESM entry point imports it.`);
  }
  writeFileSync(join(dist, HAND_OVER), handOverSource(nestPackages));
  for (const entry of Object.values(exports)) {
    const file = entry.import?.default;
    if (file?.endsWith('.mjs')) writeEntry(join(library, file), join(dist, HAND_OVER), nestPackages);
  }
}

/** Every file of the build gets Nest's packages from the one file that knows both ways; gives their names. */
function leadToNestPackages(dist) {
  const names = new Set();
  for (const file of readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.js'))) {
    const path = join(dist, file);
    const source = readFileSync(path, 'utf8');
    const changed = source.replace(NEST_REQUIRE, (_, name) => {
      names.add(name);
      return `require("${specifier(dirname(path), join(dist, HAND_OVER))}").load("${name}")`;
    });
    if (changed !== source) writeFileSync(path, changed);
  }
  return [...names].sort((left, right) => (left < right ? -1 : 1));
}

// Each require() has a literal, for bundlers.
const handOverSource = (names) => `"use strict";
const required = {
${names.map((name) => `    "${name}": () => require("${name}"),`).join('\n')}
};
const imported = {};
/** Takes the packages that an ESM entry point has imported. */
exports.handOver = (packages) => void Object.assign(imported, packages);
/** Gives a package of Nest: required or, where that is not possible, the one that was handed over. */
exports.load = (name) => {
    try {
        return required[name]();
    }
    catch (error) {
        if (imported[name] === undefined)
            throw error;
        return imported[name];
    }
};
`;

/** An entry is three files: the ES module, its types, and a CommonJS module that loads the build when it is told to. */
function writeEntry(file, handOver, nestPackages) {
  const folder = dirname(file);
  const stem = basename(file, '.mjs');
  const names = Object.keys(createRequire(import.meta.url)(join(folder, `${stem}.js`))).sort();
  const variables = nestPackages.map((name) => name.replace(/^@nestjs\//, ''));
  const members = nestPackages.map((name, index) => `    "${name}": ${variables[index]},\n`).join('');
  writeFileSync(join(folder, `${stem}.d.mts`), `export * from './${stem}.js';\n`);
  // Jest loads an imported CommonJS module before it runs any ES module, so the build waits behind a function.
  writeFileSync(
    join(folder, `${stem}.load.js`),
    `"use strict";\nexports.load = () => require("./${stem}.js");\n`,
  );
  writeFileSync(
    file,
    `${nestPackages.map((name, index) => `import * as ${variables[index]} from "${name}";\n`).join('')}` +
      `import nestPackages from "${specifier(folder, handOver)}";\n` +
      `import build from "./${stem}.load.js";\n` +
      `nestPackages.handOver({\n${members}});\n` +
      `export const {\n${names.map((name) => `    ${name},\n`).join('')}} = build.load();\n`,
  );
}

function specifier(from, file) {
  const path = relative(from, file).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}
