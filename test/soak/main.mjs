// `npm run soak [-- --minutes 10]`: every request brings a token that was never seen before, so every cache turns
// over all the time; the memory of the process must not grow.
import { fork } from 'node:child_process';
import { createPrivateKey, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    /** Bound of the token cache; small, so that it is reached soon. */
    'max-bytes': { type: 'string', default: String(16 * 1024 * 1024) },
  },
});
const minutes = Number(values.minutes);
const tenantId = randomUUID();
const clientId = randomUUID();
const instance = 'https://login.soak.example';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'soak', use: 'sig' };

const api = fork(fileURLToPath(new URL('./api.mjs', import.meta.url)), {
  execArgv: ['--expose-gc'],
  env: {
    ...process.env,
    NODE_ENV: 'production',
    SOAK: JSON.stringify({ tenantId, clientId, instance, jwk, maxBytes: Number(values['max-bytes']) }),
  },
});
const [{ url }] = await once(api, 'message');
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

const samples = [];
let requests = 0;
let failures = 0;
const endsAt = Date.now() + minutes * 60_000;
const sampling = setInterval(() => void sample(), 10_000);
await Promise.all(Array.from({ length: 8 }, load));
clearInterval(sampling);
await sample();
api.disconnect();
await once(api, 'exit');
agent.destroy();
process.exit(verdict() ? 0 : 1);

async function load() {
  while (Date.now() < endsAt) {
    requests += 1;
    if ((await get(`${url}/orders`, uniqueToken())) !== 200) failures += 1;
  }
}

function get(address, token) {
  return new Promise((resolve) => {
    request(address, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', () => resolve(0))
      .end();
  });
}

function uniqueToken() {
  const now = Math.floor(Date.now() / 1000);
  const oid = randomUUID();
  const claims = {
    aud: clientId,
    iss: `${instance}/${tenantId}/v2.0`,
    iat: now - 300,
    nbf: now - 300,
    exp: now + 4_000,
    azp: tenantId,
    azpacr: '0',
    name: 'Soaked User',
    oid,
    scp: 'access_as_user',
    sub: oid,
    tid: tenantId,
    uti: oid,
    ver: '2.0',
    rh: 'r'.repeat(400),
  };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ typ: 'JWT', alg: 'RS256', kid: 'soak' })}.${part(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}

async function sample() {
  api.send('memory');
  const [memory] = await once(api, 'message');
  samples.push({ at: Date.now(), ...memory });
  const mega = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  process.stdout.write(
    `${requests} requests, ${memory.exchanges} exchanges, heap ${mega(memory.heapUsed)}, RSS ${mega(memory.rss)}\n`,
  );
}

/**
 * Flat: after a minute to warm up, the second half has in the mean no more than 5 % above the first. The pages that
 * V8 holds come and go by a third within minutes, so a line through them would tell of the moment it ends.
 */
function verdict() {
  const warm = samples.slice(samples.length > 12 ? 6 : 0);
  const half = Math.floor(warm.length / 2);
  const rise = (of) => {
    const mean = (list) => list.reduce((sum, sample) => sum + of(sample), 0) / list.length;
    return (mean(warm.slice(half)) / mean(warm.slice(0, half)) - 1) * 100;
  };
  const heap = rise(({ heapUsed }) => heapUsed);
  const rss = rise(({ rss: bytes }) => bytes);
  process.stdout.write(
    `heap ${heap.toFixed(1)} %, RSS ${rss.toFixed(1)} % from the first half to the second; ${failures} failed\n`,
  );
  return failures === 0 && heap < 5 && rss < 5;
}
