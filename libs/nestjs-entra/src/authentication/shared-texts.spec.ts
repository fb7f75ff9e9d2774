import { describe, expect, it } from 'vitest';
import { SharedTexts } from './shared-texts.js';

describe('Shared texts', () => {
  it('change nothing that claims say', () => {
    const texts = new SharedTexts();
    const claims = () => ({
      aud: 'a',
      iss: 'i',
      tid: 't',
      azp: 'c',
      scp: 'x y',
      oid: 'o',
      exp: 1,
      idp: null,
    });
    const [one, other] = [claims(), claims()];
    texts.share(one);
    texts.share(other);
    expect([one, other]).toEqual([claims(), claims()]);
  });

  it('take no value for a text of another claim, whatever its type', () => {
    const texts = new SharedTexts();
    texts.share({ tid: '1' });
    const claims = { tid: 1, aud: ['1'], scp: '1' };
    texts.share(claims);
    expect(claims).toEqual({ tid: 1, aud: ['1'], scp: '1' });
  });
});
