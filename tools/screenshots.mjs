// `npm run screenshots`: the tests in the browser, which write the pictures of the README to docs/assets on the way.
import { ensureChromium } from './chromium.mjs';
import { ensureInstalled, requireNode, runBin } from './prepare.mjs';

requireNode();
await ensureInstalled();
await ensureChromium();
process.env.NESTJS_ENTRA_SCREENSHOTS = '1';
process.exit(
  await runBin('vitest/vitest.mjs', ['run', '--project', 'browser', 'test/browser/accessibility']),
);
