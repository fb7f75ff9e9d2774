import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../docs/markdown.js';

const SOURCES = join(ROOT, 'libs/nestjs-entra/src');
const CACHE = join(ROOT, 'node_modules/.cache/nestjs-entra-chaos');

/** The library as JavaScript, for other processes: compiled without checks, once for each state of its sources. */
export function compiledLibrary(): string {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .sort();
  const texts = files.map((name) => readFileSync(join(SOURCES, name), 'utf8'));
  const folder = join(CACHE, createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16));
  if (existsSync(folder)) return folder;
  const making = `${folder}.${process.pid}`;
  files.forEach((name, index) => {
    const { outputText } = ts.transpileModule(texts[index] ?? '', {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.CommonJS,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        esModuleInterop: true,
      },
    });
    const file = join(making, name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, outputText);
  });
  writeFileSync(join(making, 'package.json'), '{ "type": "commonjs" }\n');
  // Whole or not at all: another process may be at it as well.
  if (!existsSync(folder)) renameSync(making, folder);
  return folder;
}
