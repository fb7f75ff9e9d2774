import { createRequire } from 'node:module';
import * as emulator from 'entra-emulator';
import * as main from 'nestjs-entra';
import * as axios from 'nestjs-entra/axios';
import * as azure from 'nestjs-entra/azure';
import * as graph from 'nestjs-entra/graph';
import * as inspector from 'nestjs-entra/inspector';
import * as keyv from 'nestjs-entra/keyv';
import * as redis from 'nestjs-entra/redis';
import { differences } from './differences.js';

const require = createRequire(import.meta.url);

/** What `require()` gives that is not what this ESM application has imported. */
export function requiredTwice(): string[] {
  const imported: Record<string, object> = {
    'entra-emulator': emulator,
    'nestjs-entra': main,
    'nestjs-entra/axios': axios,
    'nestjs-entra/azure': azure,
    'nestjs-entra/graph': graph,
    'nestjs-entra/inspector': inspector,
    'nestjs-entra/keyv': keyv,
    'nestjs-entra/redis': redis,
  };
  return Object.entries(imported).flatMap(([name, module]) =>
    differences(name, module, require(name) as object),
  );
}
