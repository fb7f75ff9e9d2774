import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { placeOfChromium } from '../../../tools/chromium.mjs';

/** One Chromium for the tests of a file, without a profile: each test opens contexts of its own. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: requireChromium(),
      // Chromium does not run as root in its sandbox, as in containers; it opens pages of loopback alone.
      chromiumSandbox: process.getuid?.() !== 0,
      args: ['--disable-background-networking', '--disable-component-update'],
    });
  });
  afterAll(() => browser?.close());
  return () => browser!;
}

function requireChromium(): string {
  const place = placeOfChromium();
  if (place) return place;
  throw new Error(
    'Chromium is not installed, and these tests need a browser; on Debian: apt-get install chromium. Elsewhere set CHROMIUM_PATH.',
  );
}
