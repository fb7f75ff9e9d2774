import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './markdown.js';

/**
 * Type-checks modules that exist in memory alone, in one program with the options of `tsconfig.json`.
 * JavaScript is checked as well.
 *
 * @param sources text by path from the root
 * @returns the errors of each path, one line an error; the line counts from 1
 */
export function typeErrors(sources: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const texts = new Map([...sources].map(([path, text]) => [join(ROOT, path), text]));
  const folders = new Set([...texts.keys()].flatMap(parents));
  // What a snippet declares is for its reader to use.
  const forReaders = { noUnusedLocals: false, noUnusedParameters: false };
  const options = { ...repositoryOptions(), ...forReaders, allowJs: true, checkJs: true, noEmit: true };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  const directoryExists = host.directoryExists?.bind(host);
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.directoryExists = (path) => folders.has(path) || (directoryExists?.(path) ?? true);
  host.getSourceFile = (path, version, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, text, version, true);
  };
  const program = ts.createProgram({ rootNames: [...texts.keys()], options, host });
  return new Map([...sources.keys()].map((path) => [path, errorsOf(program, join(ROOT, path))]));
}

function errorsOf(program: ts.Program, path: string): string[] {
  const file = program.getSourceFile(path);
  if (!file) throw new Error(`${path} is no part of the program`);
  return ts.getPreEmitDiagnostics(program, file).map(({ start = 0, code, messageText }) => {
    const line = file.getLineAndCharacterOfPosition(start).line + 1;
    return `line ${line}: TS${code} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

function repositoryOptions(): ts.CompilerOptions {
  const path = join(ROOT, 'tsconfig.json');
  const { config, error } = ts.readConfigFile(path, (file) => ts.sys.readFile(file));
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  // Without the files of the repository: the snippets alone are the roots.
  const host = { ...ts.sys, readDirectory: () => [] };
  return ts.parseJsonConfigFileContent(config, host, ROOT, undefined, path).options;
}

function parents(path: string): string[] {
  const folder = dirname(path);
  return folder === path || folder === ROOT ? [folder] : [folder, ...parents(folder)];
}
