import { runScenario } from './scenario.js';

const GRACE_MS = 5_000;

/** Runs a check and the scenario, and tells how they went. */
export async function reportScenario(check: () => unknown): Promise<void> {
  try {
    await check();
    process.stdout.write(`${await runScenario()}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  }
  // Nobody calls process.exit(): what keeps the process up was left running, and is a failure.
  setTimeout(() => {
    process.stderr.write(`Left running: ${process.getActiveResourcesInfo().join(', ')}\n`);
    process.exit(1);
  }, GRACE_MS).unref();
}
