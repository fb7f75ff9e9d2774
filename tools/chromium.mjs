// The browser that the tests of the pages need: Debian's, installed when it is missing and this user may.
import { existsSync } from 'node:fs';
import { installDebianPackage } from './prepare.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is; undefined when it is not installed. `CHROMIUM_PATH` goes before. */
export function placeOfChromium() {
  return [process.env.CHROMIUM_PATH, ...PLACES].find((path) => path && existsSync(path));
}

/** Ends nothing when there is no browser: the tests that need one fail, and the rest is still told. */
export async function ensureChromium() {
  if (placeOfChromium()) return;
  await installDebianPackage('chromium');
  if (placeOfChromium()) return;
  process.stderr.write(
    'Chromium is missing, so the tests of the pages will fail; on Debian: sudo apt-get install chromium. Elsewhere set CHROMIUM_PATH.\n',
  );
}
