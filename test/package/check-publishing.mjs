// What publint and "Are the types wrong?" say of a packed library.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { ROOT } from '../../tools/prepare.mjs';
import { runBounded } from './bounded-child.mjs';

const ATTW = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
const ATTW_LIMIT_MS = 60_000;
const RESOLUTIONS = ['node10', 'node16-cjs', 'node16-esm', 'bundler'];

/** Errors and warnings of publint, one sentence each. Suggestions are its taste, and no faults. */
export async function publintFaults({ tarball }) {
  const { buffer, byteOffset, byteLength } = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) },
    level: 'warning',
  });
  return messages.map((message) => `${message.type}: ${formatMessage(message, pkg, { color: false })}`);
}

/** What is wrong with the types, for every way of module resolution. */
export async function typesFaults({ tarball }) {
  // Without `--no-definitely-typed` it would look for types elsewhere, over the network.
  const args = [ATTW, tarball, '--format', 'json', '--no-definitely-typed'];
  const { stdout, output } = await runBounded(process.execPath, args, { cwd: ROOT, limitMs: ATTW_LIMIT_MS });
  const { analysis } = parsed(stdout, output);
  if (!analysis.types) return ['the package has no types'];
  const root = analysis.entrypoints['.']?.resolutions ?? {};
  return [
    ...RESOLUTIONS.filter((kind) => !root[kind]?.resolution).map((kind) => `${kind} finds no types`),
    ...analysis.problems
      .filter((problem) => !isKnownLimit(problem))
      .map((problem) => JSON.stringify(problem)),
  ];
}

/** Resolution as of Node 10 knows no `exports`, so it finds the main entry point alone. */
function isKnownLimit({ kind, entrypoint, resolutionKind }) {
  return kind === 'NoResolution' && resolutionKind === 'node10' && entrypoint !== '.';
}

function parsed(json, output) {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Error(`attw gave no answer that can be read:\n${output}`, { cause });
  }
}
