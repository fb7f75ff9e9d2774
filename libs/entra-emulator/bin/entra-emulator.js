#!/usr/bin/env node
// Committed, so that npm can link the command before anything is built.
const fs = require('node:fs');
const path = require('node:path');

const command = path.join(__dirname, '../dist/cli.js');
if (fs.existsSync(command)) {
  require(command);
} else {
  process.stderr.write('entra-emulator: not built yet. Run `npm run build` first.\n');
  process.exitCode = 1;
}
