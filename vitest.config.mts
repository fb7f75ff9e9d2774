import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What both projects share: Nest needs the decorators' metadata, and tests import the packages by name. */
const shared = {
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: {
    // A name stands for its subpaths as well, so those come first.
    alias: {
      'nestjs-entra/axios': source('./libs/nestjs-entra/src/integrations/axios/index.ts'),
      'nestjs-entra/azure': source('./libs/nestjs-entra/src/integrations/azure/index.ts'),
      'nestjs-entra/graph': source('./libs/nestjs-entra/src/integrations/graph/index.ts'),
      'nestjs-entra/keyv': source('./libs/nestjs-entra/src/integrations/keyv/index.ts'),
      'nestjs-entra/redis': source('./libs/nestjs-entra/src/integrations/redis/index.ts'),
      'nestjs-entra/client': source('./libs/nestjs-entra/src/client/index.ts'),
      'nestjs-entra/inspector': source('./libs/nestjs-entra/src/integrations/inspector/index.ts'),
      'nestjs-entra': source('./libs/nestjs-entra/src/index.ts'),
      'entra-emulator': source('./libs/entra-emulator/src/index.ts'),
    },
  },
} as const;

export default defineConfig({
  test: {
    // Most tests wait for sockets and clocks: two files more than there are cores keep the cores at work.
    maxWorkers: availableParallelism() + 2,
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['libs/*/src/**/*.spec.ts'],
          setupFiles: ['reflect-metadata'],
          testTimeout: 10_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test/**/*.spec.ts'],
          exclude: ['test/browser/**', 'test/databases/**'],
          setupFiles: ['reflect-metadata'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'databases',
          include: ['test/databases/**/*.spec.ts'],
          setupFiles: ['reflect-metadata'],
          testTimeout: 30_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.spec.ts'],
          // The applications are loaded once for all files: each test starts its own.
          isolate: false,
          globalSetup: ['test/browser/support/build-page.global-setup.ts'],
          setupFiles: ['reflect-metadata'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
