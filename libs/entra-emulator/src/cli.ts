#!/usr/bin/env node
import { runCommandLine } from './command-line.js';

/** Runs the command, and stops the emulator on SIGINT and SIGTERM. */
async function main(): Promise<void> {
  const { output, complaint, exitCode, emulator } = await runCommandLine(process.argv.slice(2));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void emulator?.stop());
  }
  if (output !== undefined) {
    process.stdout.write(output);
  }
  if (complaint !== undefined) {
    process.stderr.write(`entra-emulator: ${complaint}\n`);
  }
  process.exitCode = exitCode;
}

void main();
