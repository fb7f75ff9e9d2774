import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** What `npm run test:mutation` runs for each mutant: the tests beside the mutated code. */
export default defineConfig({
  root: source('.'),
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: {
    alias: {
      'nestjs-entra': source('libs/nestjs-entra/src/index.ts'),
      'entra-emulator': source('libs/entra-emulator/src/index.ts'),
    },
  },
  test: {
    include: ['libs/nestjs-entra/src/{authentication,authorization}/**/*.spec.ts'],
    setupFiles: ['reflect-metadata'],
    testTimeout: 10_000,
  },
});
