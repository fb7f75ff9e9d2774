// Packs a workspace package, and reads what came out: the tarball is what users get, not the folder.
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ROOT } from '../../tools/prepare.mjs';
import { runNpm } from './bounded-child.mjs';
import { packArguments } from './documented.mjs';

const BLOCK = 512;
const PACK_LIMIT_MS = 60_000;

/** Packs `libs/{name}` into `folder`; gives its name, its tarball's path and its files. */
export async function packLibrary(name, folder) {
  const args = [
    'pack',
    `./libs/${name}`,
    '--pack-destination',
    folder,
    '--ignore-scripts',
    '--json',
    '--silent',
  ];
  const { code, stdout, output } = await runNpm(args, { cwd: ROOT, limitMs: PACK_LIMIT_MS });
  if (code !== 0) throw new Error(`npm pack failed for ${name}:\n${output}`);
  // A list in older versions of npm, an object by name in newer ones.
  const [{ filename }] = Object.values(JSON.parse(stdout));
  const tarball = join(folder, filename);
  return { name, tarball, files: readTarball(tarball) };
}

/** Packs with the command of the README; throws unless it gives the same files. */
export async function packAsDocumented(libraries, workspace) {
  const folder = join(workspace, 'documented');
  mkdirSync(folder);
  const args = [...packArguments(), folder, '--silent'];
  const { code, output } = await runNpm(args, { cwd: ROOT, limitMs: PACK_LIMIT_MS });
  if (code !== 0) throw new Error(`npm pack failed:\n${output}`);
  for (const { tarball, files } of libraries) {
    const packed = readTarball(join(folder, basename(tarball)));
    const other = [...files].find(([file, text]) => packed.get(file) !== text);
    if (other !== undefined) throw new Error(`${basename(tarball)} has another ${other[0]}`);
  }
}

/** The files of an npm tarball: `Map` of path inside the package → text. */
export function readTarball(path) {
  const archive = gunzipSync(readFileSync(path));
  const files = new Map();
  let longName;
  for (let offset = 0; archive[offset] !== undefined && archive[offset] !== 0;) {
    const text = (start, length) =>
      archive.toString('utf8', offset + start, offset + start + length).split('\0')[0];
    const size = parseInt(text(124, 12), 8);
    const type = text(156, 1);
    const prefix = text(345, 155);
    const content = archive.toString('utf8', offset + BLOCK, offset + BLOCK + size);
    if (type === 'x') {
      // A name that does not fit into the header stands in a record of its own before it.
      longName = /\d+ path=(.*)\n/.exec(content)?.[1];
    } else if (type === '0' || type === '') {
      const name = longName ?? (prefix ? `${prefix}/${text(0, 100)}` : text(0, 100));
      files.set(name.replace(/^[^/]+\//, ''), content);
      longName = undefined;
    }
    offset += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
