import { describe, expect, it } from 'vitest';
import { boundedText } from './bounded-text.js';

const JWT = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from('{"sub":"a"}').toString('base64url')}.c2ln`;

describe('boundedText', () => {
  it('leaves what people read as it is', () => {
    const text = 'aud is "api://orders"; this API accepts 5a0a1a8c-3d0e-4f61-9a51-000000000001';
    expect(boundedText(text, 200)).toBe(text);
    expect(boundedText(undefined, 20)).toBe('undefined');
  });

  it('takes out tokens, wherever they stand, and what is as long as one', () => {
    expect(boundedText(`before ${JWT}, "${JWT}" and ${JWT.split('.')[0]}`, 200)).toBe(
      'before [token], "[token]" and [token]',
    );
    expect(boundedText(`opaque ${'aB3_'.repeat(40)}.`, 200)).toBe('opaque [long value]');
    expect(boundedText('a'.repeat(159), 200)).toBe('a'.repeat(159));
  });

  it('is bounded', () => {
    expect(boundedText('a b '.repeat(100), 10)).toBe('a b a b a …');
  });
});
