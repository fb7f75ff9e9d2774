// `npm run test:mutation`: changes token validation and authorization one spot at a time, and lists every change
// that no test notices. `npm run test:mutation -- --mutate FILE` looks at one file.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, fail, requireNode, ROOT, runBin } from './prepare.mjs';

/** Below this the command fails. */
const LOWEST_SCORE = 90;
/** On two cores it takes less than half of this. */
const LIMIT_MS = 25 * 60 * 1000;

requireNode();
await ensureInstalled();

const report = join(ROOT, '.cache/stryker-report.json');
rmSync(report, { force: true });
const tooLate = setTimeout(() => fail('The mutation tests did not end within 25 minutes.'), LIMIT_MS);
const code = await runBin('@stryker-mutator/core/bin/stryker.js', ['run', ...process.argv.slice(2)]);
clearTimeout(tooLate);
if (code !== 0) fail('The mutation tests did not run, see above.');

const { files } = JSON.parse(readFileSync(report, 'utf8'));
const counts = { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0 };
const survivors = [];
for (const [file, { source, mutants }] of Object.entries(files)) {
  let noticed = 0;
  let judged = 0;
  for (const { status, mutatorName, location, replacement } of mutants) {
    if (!(status in counts)) continue;
    counts[status] += 1;
    judged += 1;
    if (status === 'Killed' || status === 'Timeout') noticed += 1;
    else
      survivors.push(
        `${file}:${location.start.line} ${mutatorName}: ${change(source, location, replacement)}`,
      );
  }
  if (judged > 0)
    process.stdout.write(`${percent(noticed, judged).padStart(6)} %  ${file} (${noticed} of ${judged})\n`);
}
const noticed = counts.Killed + counts.Timeout;
const judged = noticed + counts.Survived + counts.NoCoverage;
process.stdout.write(`\n${survivors.map((line) => `survived  ${line}\n`).join('')}`);
process.stdout.write(
  `\nMutation score ${percent(noticed, judged)} %: ${noticed} of ${judged} changes were noticed `,
);
process.stdout.write(`(${counts.Timeout} by a timeout; ${counts.NoCoverage} in code that no test runs).\n`);
process.exit((100 * noticed) / judged < LOWEST_SCORE ? 1 : 0);

function percent(part, whole) {
  return ((100 * part) / whole).toFixed(2);
}

/** What stood there, and what stood there instead, in one line. */
function change(source, { start, end }, replacement) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  const short = (text) => text.replace(/\s+/g, ' ').slice(0, 100);
  return `${short(lines.join(' '))} → ${short(replacement)}`;
}
