import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';

/** Where and with what was measured. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  /** Of the minute before the run; far from 0 when the machine had other work. */
  readonly loadBefore: number;
  /** Versions of the packages that were measured. */
  readonly packages: Readonly<Record<string, string>>;
}

const MEASURED = [
  '@nestjs/core',
  'nestjs-entra',
  'passport-jwt',
  'jwks-rsa',
  'express-oauth2-jwt-bearer',
  '@azure/msal-node',
  '@azure/identity',
];

export function thisMachine(): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    node: process.versions.node,
    loadBefore: loadavg()[0] ?? Number.NaN,
    packages: Object.fromEntries(MEASURED.map((name) => [name, versionOf(name)])),
  };
}

export function machineLine({ cores, cpu, node, loadBefore, packages }: Machine): string {
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return `${cores} cores, ${cpu}, Node ${node}; load average before the run ${loadBefore.toFixed(1)}; ${versions.join(', ')}`;
}

/** Not all packages let their package.json be required, so it is looked for above their entry. */
function versionOf(name: string): string {
  let folder = dirname(createRequire(import.meta.url).resolve(name));
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const read = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
      if (read['name'] === name) return String(read['version']);
    } catch {
      // There is none in this folder.
    }
  }
  return 'unknown';
}
