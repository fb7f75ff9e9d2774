import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

/** A package that holds the command alone. */
function packageWithCommand(): string {
  const folder = mkdtempSync(join(tmpdir(), 'entra-emulator-bin-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'bin'));
  cpSync(join(__dirname, '../bin/entra-emulator.js'), join(folder, 'bin/entra-emulator.js'));
  return folder;
}

function run(folder: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(folder, 'bin/entra-emulator.js')], {
    encoding: 'utf8',
    timeout: 10_000,
  });
}

it('says that nothing is built yet', () => {
  expect(run(packageWithCommand())).toMatchObject({
    status: 1,
    stderr: 'entra-emulator: not built yet. Run `npm run build` first.\n',
  });
});

it('runs what was built', () => {
  const folder = packageWithCommand();
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/cli.js'), "process.stdout.write('built');");
  expect(run(folder)).toMatchObject({ status: 0, stdout: 'built' });
});
