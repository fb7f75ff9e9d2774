// `npm run test:corpus -- --corpus DIR`: sends an external corpus of hostile tokens, headers and token-endpoint
// faults to an API that this library protects, on Express and on Fastify.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, fail, requireNode, ROOT, runBin } from './prepare.mjs';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    adapter: { type: 'string', default: 'express,fastify' },
    /** Key outages, rotations and floods as well; takes minutes. */
    slow: { type: 'boolean', default: false },
    /** Only the tokens, or only the faults. */
    part: { type: 'string', default: 'tokens,faults' },
  },
});

requireNode();
if (!values.corpus) fail('Say where the corpus is: npm run test:corpus -- --corpus DIR');
const corpus = resolve(values.corpus);
if (!existsSync(join(corpus, 'run-corpus.mjs')))
  fail(`There is no corpus in ${corpus}: run-corpus.mjs is missing.`);
await ensureInstalled();
await ensureBuilt();

const server = join(ROOT, 'node_modules/.cache/nestjs-entra-corpus/server.js');
mkdirSync(join(server, '..'), { recursive: true });
writeFileSync(join(server, '../package.json'), '{ "type": "module" }\n');
if ((await runBin('typescript/bin/tsc', ['--project', 'test/corpus/tsconfig.json'])) !== 0) {
  fail('The API for the corpus does not compile, see above.');
}

const reports = mkdtempSync(join(tmpdir(), 'nestjs-entra-corpus-'));
let passed = 0;
const failures = [];
for (const adapter of values.adapter.split(',')) {
  if (values.part.includes('tokens')) await tokens(adapter);
  if (values.part.includes('faults')) await faults(adapter);
}
rmSync(reports, { recursive: true, force: true });
for (const failure of failures) process.stdout.write(`${failure}\n`);
process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
process.exit(failures.length > 0 ? 1 : 0);

async function tokens(adapter) {
  const vectors = join(corpus, 'wycheproof/json_web_signature_test.json');
  const report = await runRunner('run-corpus.mjs', adapter, 'protected', [
    '--https',
    ...(values.slow ? ['--scenarios', '--slow'] : []),
    ...(existsSync(vectors) ? ['--wycheproof', vectors] : []),
  ]);
  for (const { id, verdict, flags = [], got, want } of report.results ?? []) {
    if (verdict === 'PASS' && flags.length === 0) passed += 1;
    else failures.push(`${adapter} ${id}: ${verdict} ${flags.join(' ')} (wants ${want}, got ${got})`);
  }
}

async function faults(adapter) {
  const report = await runRunner('run-obo.mjs', adapter, 'obo', []);
  for (const { id, pass, problems } of report.results ?? []) {
    if (pass) passed += 1;
    else failures.push(`${adapter} ${id}: ${problems.join('; ')}`);
  }
}

async function runRunner(runner, adapter, path, args) {
  const port = await freePort();
  const file = join(reports, `${runner}-${adapter}.json`);
  process.stdout.write(`── ${runner} on ${adapter}\n`);
  spawnSync(
    process.execPath,
    [
      runner,
      '--url',
      `http://127.0.0.1:${port}/${path}`,
      '--start',
      `${process.execPath} ${server}`,
      '--json',
      file,
      ...args,
    ],
    { cwd: corpus, env: { ...process.env, ADAPTER: adapter }, stdio: 'inherit', timeout: 20 * 60_000 },
  );
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  failures.push(`${adapter} ${runner} gave no report`);
  return {};
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
