import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../errors/configuration.error.js';
import { fromAzureAdSection } from './azure-ad-section.js';
import { parseAppSettings } from './parse-app-settings.js';

const TEXT = `\uFEFF// The settings of the API.
{
  /* From the portal, /* not nested */
  "AzureAd": {
    "Instance": "https://login.microsoftonline.com/", // not // a comment in the string
    "TenantId": "8f0b7a52-6a1e-4c55-9d3a-2f1b6f3c1d20",
    "ClientId": "5a0a1a8c-3d0e-4f61-9a51-7f9e2f0c6b11",
    "ClientCredentials": [
      { "SourceType": "ClientSecret", "ClientSecret": "a\\"//\\\\", }, // last
    ],
  },
} // end`;

describe('parseAppSettings', () => {
  it('reads comments, trailing commas and a byte order mark, from text and from bytes', () => {
    const expected = { clientSecret: 'a"//\\', sourceType: 'ClientSecret' };
    for (const text of [TEXT, Buffer.from(TEXT), TEXT.replaceAll('\n', '\r\n')]) {
      expect(fromAzureAdSection(parseAppSettings(text)).clientCredentials).toEqual([expected]);
    }
    expect(fromAzureAdSection(TEXT).clientCredentials).toEqual([expected]);
  });

  it.each([
    ['{"a":[1,2,],}', { a: [1, 2] }],
    ['{"a":[1,/*,*/]}', { a: [1] }],
    ['{"a":"/* no comment */ // none, ]"}', { a: '/* no comment */ // none, ]' }],
    ['{"a":"\\\\"}', { a: '\\' }],
    ['{}//', {}],
    ['{"__proto__":1}', JSON.parse('{"__proto__":1}') as object],
  ])('reads %s', (text, value) => {
    expect(parseAppSettings(text)).toEqual(value);
  });

  it.each([
    '',
    '[]',
    '7',
    'null',
    '{,}',
    '{"a":[,]}',
    '{"a":1,,}',
    '{"a":[1,,2]}',
    '{"a":1',
    '{/*',
    '{"a',
    '{"a\\',
    '{},',
    ',',
  ])('rejects what is not a JSON object: %s', (text) => {
    expect(() => parseAppSettings(text)).toThrow(ConfigurationError);
  });

  it('shows nothing of the file in its error', () => {
    expect(() => parseAppSettings('{"ClientSecret":"canary"')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('canary') as string }) as Error,
    );
  });

  it('takes a moment for a megabyte of anything, and no more than a megabyte', () => {
    for (const piece of ['/*', '/* ', '//', ',', ' ', '"', '\\"', '[', '/*/', '*/', ',\n', '{"', '"\\']) {
      const text = Buffer.from(piece.repeat(Math.floor(1_000_000 / piece.length))).toString();
      const before = performance.now();
      expect(() => parseAppSettings(text)).toThrow(ConfigurationError);
      expect(performance.now() - before).toBeLessThan(2_000);
    }
    expect(() => parseAppSettings(' '.repeat(1_100_000))).toThrow('no more than 1048576 bytes');
  });
});
