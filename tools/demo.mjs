// Starts the emulator and the two APIs, walks through the flow, and stays up unless it is asked not to.
import { spawn } from 'node:child_process';
import { once as eventOnce } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EntraEmulator } from 'entra-emulator';
import { ROOT } from './prepare.mjs';
import { walk } from './walk.mjs';

/** As the emulator's demonstration registers them. */
const CLIENTS = {
  sample: '11111111-aaaa-4bbb-8ccc-000000000001',
  downstream: '11111111-aaaa-4bbb-8ccc-000000000002',
  page: '11111111-aaaa-4bbb-8ccc-000000000003',
};

/** Gives the exit code. */
export async function runDemo({ once, ports }) {
  const children = [];
  const emulator = await EntraEmulator.start({ port: ports.emulator, seed: 'demo' });
  const stop = async () => {
    await Promise.all(children.map(stopChild));
    await emulator.stop();
  };
  try {
    const environment = (clientId) => ({
      AZURE_AUTHORITY_HOST: emulator.url,
      AZURE_TENANT_ID: emulator.tenantId,
      AZURE_CLIENT_ID: clientId,
      NODE_EXTRA_CA_CERTS: emulator.caCertificateFile,
    });
    const downstreamUrl = `http://127.0.0.1:${ports.downstream}`;
    const sampleUrl = `http://127.0.0.1:${ports.sample}`;
    children.push(
      startApi('downstream-api', { ...environment(CLIENTS.downstream), PORT: String(ports.downstream) }),
      startApi('sample-api', {
        ...environment(CLIENTS.sample),
        AZURE_CLIENT_SECRET: 'sample-api-secret',
        PAGE_CLIENT_ID: CLIENTS.page,
        DOWNSTREAM_API_URL: downstreamUrl,
        GRAPH_URL: emulator.url,
        PORT: String(ports.sample),
      }),
    );
    await Promise.all([
      answers(`${downstreamUrl}/whoami`, children[0]),
      answers(`${sampleUrl}/health`, children[1]),
    ]);
    const token = await walk({ emulator, clients: CLIENTS, sampleUrl, downstreamUrl });
    if (once) return 0;
    print(`
Up, until you press Ctrl+C:
  sample API       ${sampleUrl}      /health  /me  /mail  /payroll  /calendar  /vault  /documents/report.txt
  downstream API   ${downstreamUrl}      /whoami  /payroll
  Entra emulator   ${emulator.url}   tenant ${emulator.tenantId}

Try it yourself (the token is good for an hour):
  curl -s ${sampleUrl}/me -H 'Authorization: Bearer ${token}'

Or sign in on a page. The emulator made its certificate when it started, so the browser warns of it, once:
choose "Advanced", then "Proceed to localhost". Nothing is added to a trust store. Open

  http://localhost:${ports.sample}

The inspector shows what became of each request. Its address has a key, which only this line tells:

  ${inspectorAddress(children[1])}
`);
    await Promise.race([
      eventOnce(process, 'SIGINT'),
      eventOnce(process, 'SIGTERM'),
      ...children.map(({ exited, name }) => exited.then(() => print(`The ${name} ended by itself.`))),
    ]);
    return children.some(({ process: { exitCode } }) => exitCode) ? 1 : 0;
  } catch (error) {
    process.stderr.write(`\n${error.message}\n`);
    return 1;
  } finally {
    await stop();
  }
}

function startApi(name, environment) {
  const child = spawn(process.execPath, [join(ROOT, `apps/${name}/dist/main.js`)], {
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  return { name, process: child, output, exited: eventOnce(child, 'exit') };
}

/** The sample API logs it, with its key, when it starts. */
function inspectorAddress({ output }) {
  return /Token-flow inspector: (\S+)/.exec(Buffer.concat(output).toString())?.[1] ?? '(not imported)';
}

async function stopChild({ process: child, exited }) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await Promise.race([exited, delay(5_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
}

/** Waits until an API answers, whatever it answers. */
async function answers(url, { name, process: child, output }) {
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (child.exitCode !== null) break;
    try {
      await fetch(url);
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error(`The ${name} did not start:\n${Buffer.concat(output).toString().trim()}`);
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
