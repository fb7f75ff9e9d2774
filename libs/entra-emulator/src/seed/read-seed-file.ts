import { readFile } from 'node:fs/promises';
import { checkSeed } from './apply-seed.js';
import { SeedError, type EmulatorSeed } from './emulator-seed.js';

/** Reads a seed file; throws when it cannot be read, is no JSON or has faults. */
export async function readSeedFile(path: string): Promise<EmulatorSeed> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new SeedError([
      error.code === 'ENOENT'
        ? `The file ${path} does not exist.`
        : `The file ${path} cannot be read: ${error.code}.`,
    ]);
  });
  return checkSeed(parse(path, text));
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SeedError([`The file ${path} is no JSON: ${(error as Error).message}.`]);
  }
}
