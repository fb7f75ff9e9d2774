#!/usr/bin/env node
// Committed, so that npm can link the command before anything is built.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const command = join(__dirname, '../dist/cli.js');
if (existsSync(command)) {
  require(command);
} else {
  process.stderr.write('entra-emulator: not built yet. Run `npm run build` first.\n');
  process.exitCode = 1;
}
