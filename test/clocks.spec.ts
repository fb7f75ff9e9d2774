import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const LIBRARY = fileURLToPath(new URL('../libs/nestjs-entra/src', import.meta.url));

/** The files that may read the system clock, each with the time of others that it reads or writes. */
const READERS: Readonly<Record<string, string>> = {
  'acquisition/cached-token.factory.ts': 'expiry of an access token; both clocks from then on',
  'acquisition/evictions.ts': 'compared with the times in records, which other processes wrote',
  'acquisition/saml-bearer.engine.ts': 'expires_in becomes the expiry of a token',
  'acquisition/stored-tokens.ts': 'the times in records, which other processes wrote and read',
  'acquisition/token-acquisition.service.ts': 'expiry of the token of a caller',
  'acquisition/token-acquirer.ts': 'expiry of access tokens, next to the monotonic clock',
  'authentication/access-token.validator.ts': 'exp, nbf and iat of the token of a caller',
  'caller/close-at-expiry.ts': 'expiry of the token of a caller',
  'credentials/assertion-memo.ts': 'exp and nbf of client assertions, next to the monotonic clock',
  'credentials/certificate-assertions.ts': 'exp, nbf and iat of the client assertions it signs',
  'credentials/certificate-expiry-watch.ts': 'notAfter of certificates, for warnings',
  'credentials/credential-status.ts': 'notAfter of certificates, for health checks',
  'credentials/managed-identity/managed-identity-token.ts': 'expires_on of a token of the managed identity',
  'credentials/signed-assertion.ts': 'exp and iat of assertions that others sign',
  'credentials/signing-certificate.ts': 'validity of certificates',
  'credentials/sources/custom-assertion.source.ts': 'exp of assertions that the application gets',
  'credentials/sources/key-vault.source.ts': 'renewAt of a loaded credential',
  'credentials/sources/managed-identity.source.ts': 'issue of an assertion of the managed identity',
  'integrations/azure/user-token.credential.ts': 'expiresOnTimestamp, which clients of Azure read',
  'integrations/inspector/request-record.ts': 'shown to people',
  'network/age.ts': 'next to the monotonic clock',
  'network/clock-anchor.ts': 'next to the monotonic clock',
  'network/retry-after.ts': 'a Retry-After date of a response without a Date header',
};

const sources = readdirSync(LIBRARY, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((file) => ({ file: relative(LIBRARY, file), text: readFileSync(file, 'utf8') }));

describe('The clocks', () => {
  it('only files that deal with times of others read the system clock: add a new one here with its reason', () => {
    const readers = sources.filter(({ text }) => text.includes("/wall-clock.js'")).map(({ file }) => file);
    expect(readers.filter((file) => !(file in READERS))).toEqual([]);
    expect(Object.keys(READERS).filter((file) => !readers.includes(file))).toEqual([]);
  });

  it('nothing reads a clock by another way', () => {
    const others = sources.filter(
      ({ file, text }) =>
        // The log of rejections is of the lowest layer, and reads the monotonic clock itself.
        !['network/wall-clock.ts', 'network/monotonic-clock.ts', 'errors/rejection-log.ts'].includes(file) &&
        /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bhrtime\b|\bperf_hooks\b/.test(text),
    );
    expect(others.map(({ file }) => file)).toEqual([]);
  });
});
