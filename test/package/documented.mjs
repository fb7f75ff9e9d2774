// What the documentation tells users to run and to write, for tests that do exactly that.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/prepare.mjs';

/** The arguments of `npm install` in the README for a major version of Nest. */
export function installArguments(major) {
  return argumentsOf(new RegExp(`^npm (install .*?) +# NestJS ${major}$`, 'm'));
}

/** The arguments of `npm install` in the README for the emulator. */
export const emulatorArguments = () => argumentsOf(/^npm (install --save-dev .*entra-emulator.*)$/m);

/** The arguments of `npm pack` in the README, without the folder that it packs into. */
export const packArguments = () => argumentsOf(/^npm (pack .*--pack-destination) \S+$/m);

function argumentsOf(pattern) {
  const line = pattern.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[1];
  if (line === undefined) throw new Error(`README.md has no line that matches ${pattern}`);
  return line.split(' ');
}

/** A file of docs/testing.md: the block below `<!-- file: NAME -->`. */
export function documentedFile(name) {
  const text = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');
  const [, block] = text.split(`<!-- file: ${name} -->`);
  const code = /^\s*```\w+\n([\s\S]*?)^```$/m.exec(block ?? '')?.[1];
  if (code === undefined) throw new Error(`docs/testing.md has no file ${name}`);
  return code;
}
