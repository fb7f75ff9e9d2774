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

/** Flat: over the second half, a straight line through the samples rises by less than 3 % of the mean. */
function verdict() {
  const half = samples.slice(Math.floor(samples.length / 2));
  const rise = (of) => {
    const xs = half.map(({ at }) => at);
    const ys = half.map(of);
    const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const [mx, my] = [mean(xs), mean(ys)];
    const slope =
      xs.reduce((sum, x, index) => sum + (x - mx) * (ys[index] - my), 0) /
      xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
    return ((slope * (xs.at(-1) - xs[0])) / my) * 100;
  };
  const heap = rise(({ heapUsed }) => heapUsed);
  const rss = rise(({ rss: bytes }) => bytes);
  process.stdout.write(
    `heap ${heap.toFixed(1)} %, RSS ${rss.toFixed(1)} % over the second half; ${failures} failed\n`,
  );
  return failures === 0 && heap < 3 && rss < 3;
}
