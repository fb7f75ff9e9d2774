import * as emulator from 'entra-emulator';
import * as main from 'nestjs-entra';
import * as axios from 'nestjs-entra/axios';
import * as azure from 'nestjs-entra/azure';
import * as graph from 'nestjs-entra/graph';
import * as inspector from 'nestjs-entra/inspector';
import * as keyv from 'nestjs-entra/keyv';
import * as redis from 'nestjs-entra/redis';
import { differences } from './differences.js';

/** What `import()` gives that is not what this CommonJS application has required. */
export async function importedTwice(): Promise<string[]> {
  return [
    ...differences('entra-emulator', emulator, await import('entra-emulator')),
    ...differences('nestjs-entra', main, await import('nestjs-entra')),
    ...differences('nestjs-entra/axios', axios, await import('nestjs-entra/axios')),
    ...differences('nestjs-entra/azure', azure, await import('nestjs-entra/azure')),
    ...differences('nestjs-entra/graph', graph, await import('nestjs-entra/graph')),
    ...differences('nestjs-entra/inspector', inspector, await import('nestjs-entra/inspector')),
    ...differences('nestjs-entra/keyv', keyv, await import('nestjs-entra/keyv')),
    ...differences('nestjs-entra/redis', redis, await import('nestjs-entra/redis')),
  ];
}
