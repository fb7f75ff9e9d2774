import { expect, it } from 'vitest';
import * as entraEmulator from './index.js';

it('exports the emulator, and types beside it', () => {
  expect(Object.keys(entraEmulator)).toEqual(['EntraEmulator']);
});
