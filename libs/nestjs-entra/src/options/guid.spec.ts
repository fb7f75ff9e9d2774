import { describe, expect, it } from 'vitest';
import { isGuid } from './guid.js';

describe('isGuid', () => {
  it('accepts the lower-case form', () => {
    expect(isGuid('7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f')).toBe(true);
  });

  it.each([
    ['upper case', '7F3A1C52-0B1E-4F7A-9D43-1C2B3A4D5E6F'],
    ['braces', '{7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f}'],
    ['no hyphens', '7f3a1c520b1e4f7a9d431c2b3a4d5e6f'],
    ['text before', 'x7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f'],
    ['text behind', '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f/..'],
    ['a line break behind', '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f\n'],
    ['letters that are no digits', '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6g'],
    ['empty', ''],
    ['a list', ['7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f']],
    ['missing', undefined],
  ])('refuses %s', (_what, value) => {
    expect(isGuid(value)).toBe(false);
  });
});
