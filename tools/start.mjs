// `npm start`: the whole flow on this machine. `npm start -- --once` walks through it once and exits.
import { createServer } from 'node:net';
import { ensureBuilt, ensureInstalled, fail, requireNode } from './prepare.mjs';

const USAGE = `npm start -- [--once] [--port 3000] [--downstream-port 3001] [--emulator-port 8443]`;

async function readFlags() {
  // Not at the top: an old Node has no parseArgs, and is to be told so in a sentence.
  const { parseArgs } = await import('node:util');
  try {
    const { values } = parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        port: { type: 'string', default: '3000' },
        'downstream-port': { type: 'string', default: '3001' },
        'emulator-port': { type: 'string', default: '8443' },
      },
    });
    const port = (name) => {
      const number = Number(values[name]);
      if (!Number.isInteger(number) || number < 1 || number > 65535) {
        fail(`--${name} is "${values[name]}"; give a port from 1 to 65535.`);
      }
      return number;
    };
    return {
      once: values.once,
      ports: { sample: port('port'), downstream: port('downstream-port'), emulator: port('emulator-port') },
    };
  } catch (error) {
    return fail(`${error.message} Usage: ${USAGE}`);
  }
}

const FLAG_OF = { sample: '--port', downstream: '--downstream-port', emulator: '--emulator-port' };

async function requireFreePorts(ports) {
  if (new Set(Object.values(ports)).size < 3) fail('Each of the three needs a port of its own.');
  for (const [name, port] of Object.entries(ports)) {
    const isFree = await new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (!isFree)
      fail(`Port ${port} is in use: stop what listens there, or choose another with ${FLAG_OF[name]}.`);
  }
}

requireNode();
const { once, ports } = await readFlags();
await ensureInstalled();
await requireFreePorts(ports);
await ensureBuilt();
const { runDemo } = await import('./demo.mjs');
process.exitCode = await runDemo({ once, ports });
