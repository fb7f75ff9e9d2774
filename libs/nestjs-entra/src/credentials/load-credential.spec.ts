import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { ClientCredential } from '../options/client-credential.js';
import { loadCredential } from './load-credential.js';

const secret: ClientCredential = { sourceType: 'ClientSecret', clientSecret: 'secret' };
const missing: ClientCredential = { sourceType: 'Path', certificateDiskPath: '/no-such-folder/c.pem' };
const broken: ClientCredential = {
  sourceType: 'Certificate',
  certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  privateKey: 'canary',
};

const warn = vi.spyOn(Logger.prototype, 'warn');
beforeEach(() => void warn.mockReset().mockReturnValue(undefined));

describe('loadCredential', () => {
  it('gives nothing for an empty list', () => {
    expect(loadCredential([])).toBeUndefined();
  });

  it('gives the secret', () => {
    expect(loadCredential([secret])).toEqual({ clientSecret: 'secret' });
  });

  it('gives the first that loads', () => {
    expect(loadCredential([secret, missing])).toEqual({ clientSecret: 'secret' });
    expect(loadCredential([missing, broken, secret, { ...secret, clientSecret: 'second' }])).toEqual({
      clientSecret: 'secret',
    });
  });

  it('warns of those it had to pass over', () => {
    loadCredential([missing, secret, broken]);
    expect(warn.mock.calls.map(([line]) => line as string)).toEqual([
      'clientCredentials[0] (Path) cannot read /no-such-folder/c.pem (ENOENT); check the path and its permissions. The next one in the list is used.',
    ]);
  });

  it('stops the boot with the reason of each when none loads', () => {
    const load = () => loadCredential([missing, broken]);
    expect(load).toThrow(ConfigurationError);
    expect(load).toThrow(
      expect.objectContaining({
        faults: [
          'clientCredentials[0] (Path) cannot read /no-such-folder/c.pem (ENOENT); check the path and its permissions.',
          'clientCredentials[1] (Certificate) holds a PEM certificate that cannot be parsed; export it again.',
        ],
      }) as Error,
    );
  });

  it('shows nothing of a key in what it throws', () => {
    try {
      loadCredential([broken]);
    } catch (error) {
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary');
    }
    expect.assertions(1);
  });
});
