import 'reflect-metadata';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from './scenario.js';
import { openStage } from './stage.js';

const LIMIT_MS = 20_000;
const ADAPTERS = ['express', 'fastify'] as const;

/** Runs the scenarios one after the other and writes a line of JSON for each. */
async function main(only: string): Promise<void> {
  const { version } = JSON.parse(readFileSync('node_modules/@nestjs/core/package.json', 'utf8')) as {
    version: string;
  };
  const folder = join(process.cwd(), 'dist/scenarios');
  for (const file of readdirSync(folder).toSorted()) {
    // A variable, so that the compiler keeps it a require(): the scenarios are CommonJS here.
    const { SCENARIOS } = (await import(join(folder, file))) as { SCENARIOS: readonly Scenario[] };
    for (const scenario of SCENARIOS.filter(({ title }) => title.includes(only))) {
      for (const adapter of ADAPTERS) {
        const error = await errorOf(scenario, adapter, version);
        process.stdout.write(`${JSON.stringify({ title: scenario.title, adapter, error })}\n`);
      }
    }
  }
}

async function errorOf(
  { run }: Scenario,
  adapter: (typeof ADAPTERS)[number],
  version: string,
): Promise<string | undefined> {
  const stage = await openStage(adapter, version);
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      run(stage),
      new Promise((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`Not done after ${LIMIT_MS} ms`)), LIMIT_MS);
      }),
    ]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
    await stage.end();
  }
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
