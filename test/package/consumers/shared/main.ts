import { runScenario } from './scenario.js';

const GRACE_MS = 5_000;

runScenario()
  .then((line) => process.stdout.write(`${line}\n`))
  .catch((error: Error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    process.exitCode = 1;
  })
  .finally(() => {
    // Nobody calls process.exit(): whatever keeps the process up was left running, and is a fault.
    setTimeout(() => {
      process.stderr.write(`Left running: ${process.getActiveResourcesInfo().join(', ')}\n`);
      process.exit(1);
    }, GRACE_MS).unref();
  });
