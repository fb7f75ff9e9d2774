import { describe, expect, it } from 'vitest';
import { credentialFaults } from './credential-faults.js';

describe('credentialFaults', () => {
  it.each([
    ['missing', undefined],
    ['an empty list', []],
    ['a secret', [{ sourceType: 'ClientSecret', clientSecret: 's' }]],
    ['a certificate in one file', [{ sourceType: 'Path', certificateDiskPath: '/c.pem' }]],
    [
      'a certificate in two files, the key encrypted',
      [{ sourceType: 'Path', certificateDiskPath: '/c', privateKeyDiskPath: '/k', certificatePassword: 'p' }],
    ],
    ['a certificate as text', [{ sourceType: 'Certificate', certificate: 'c', privateKey: 'k' }]],
  ])('finds nothing wrong with %s', (_what, credentials) => {
    expect(credentialFaults(credentials)).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    [
      'no list',
      { sourceType: 'ClientSecret', clientSecret: 's' },
      [
        'clientCredentials is not a list; give a list such as [{ sourceType: "ClientSecret", clientSecret }].',
      ],
    ],
    [
      'an entry that is no object',
      ['secret'],
      ['clientCredentials[0] is not an object; give an object with a sourceType.'],
    ],
    [
      'an entry that is null',
      [null],
      ['clientCredentials[0] is not an object; give an object with a sourceType.'],
    ],
    [
      'an empty secret',
      [{ sourceType: 'ClientSecret', clientSecret: '' }],
      ['clientCredentials[0].clientSecret is empty; give it as a non-empty string.'],
    ],
    [
      'a blank secret',
      [{ sourceType: 'ClientSecret', clientSecret: ' \n' }],
      ['clientCredentials[0].clientSecret is empty; give it as a non-empty string.'],
    ],
    [
      'a missing secret',
      [{ sourceType: 'ClientSecret' }],
      ['clientCredentials[0].clientSecret is missing; give it as a non-empty string.'],
    ],
    [
      'a secret that is no string',
      [{ sourceType: 'ClientSecret', clientSecret: 7 }],
      ['clientCredentials[0].clientSecret is not a string; give it as a non-empty string.'],
    ],
    [
      'an empty optional field',
      [{ sourceType: 'Path', certificateDiskPath: '/c', certificatePassword: '' }],
      ['clientCredentials[0].certificatePassword is empty; give it as a non-empty string.'],
    ],
    [
      'a misspelt field',
      [{ sourceType: 'Path', certificatePath: '/c' }],
      [
        'clientCredentials[0].certificatePath is no field of a Path credential of nestjs-entra; did you mean clientCredentials[0].certificateDiskPath?',
        'clientCredentials[0].certificateDiskPath is missing; give it as a non-empty string.',
      ],
    ],
    [
      'two entries, each with a fault',
      [{ sourceType: 'Certificate', certificate: 'c' }, { sourceType: 'ClientSecret' }],
      [
        'clientCredentials[0].privateKey is missing; give it as a non-empty string.',
        'clientCredentials[1].clientSecret is missing; give it as a non-empty string.',
      ],
    ],
  ])('says what is wrong with %s', (_what, credentials, faults) => {
    expect(credentialFaults(credentials)).toEqual(faults);
  });

  it.each([
    ['missing', {}, 'missing'],
    ['unknown', { sourceType: 'Secret' }, '"Secret"'],
    ['a name every object has', { sourceType: 'constructor' }, '"constructor"'],
    ['no string', { sourceType: 3 }, '3'],
  ])('lists the kinds there are when sourceType is %s', (_what, credential, shown) => {
    const [fault, ...others] = credentialFaults([credential]);
    expect(others).toEqual([]);
    expect(fault).toMatch(/^clientCredentials\[0\]\.sourceType is /);
    expect(fault).toContain(`is ${shown}; give one of `);
    for (const kind of ['ClientSecret', 'Path', 'Certificate']) expect(fault).toContain(kind);
  });

  it('shows no value, for values are secret', () => {
    const faults = credentialFaults([
      { sourceType: 'ClientSecret', clientSecret: 'canary', secret: 'canary' },
      'canary',
      { sourceType: 'ClientSecret', clientSecret: ['canary'] },
    ]);
    expect(faults).toHaveLength(3);
    expect(faults.join()).not.toContain('canary');
  });
});
