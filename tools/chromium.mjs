// The browser that the tests of the pages need: Debian's, installed when it is missing and this user may.
import { existsSync } from 'node:fs';
import { run } from './prepare.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is; undefined when it is not installed. `CHROMIUM_PATH` goes before. */
export function placeOfChromium() {
  return [process.env.CHROMIUM_PATH, ...PLACES].find((path) => path && existsSync(path));
}

/** Ends nothing when there is no browser: the tests that need one fail, and the rest is still told. */
export async function ensureChromium() {
  if (placeOfChromium()) return;
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (mayInstall) {
    process.stdout.write('Installing chromium …\n');
    const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    const args = ['-o', 'DPkg::Lock::Timeout=60', 'install', '-y', '--no-install-recommends', 'chromium'];
    if ((await run('apt-get', args, options)) !== 0) {
      await run('apt-get', ['update'], options);
      await run('apt-get', args, options);
    }
    if (placeOfChromium()) return;
  }
  process.stderr.write(
    'Chromium is missing, so the tests of the pages will fail; on Debian: sudo apt-get install chromium. Elsewhere set CHROMIUM_PATH.\n',
  );
}
