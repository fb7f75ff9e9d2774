import { Test } from '@nestjs/testing';
import { ConfigurationError } from 'nestjs-entra';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  AZURE_AD,
  CERTIFICATES,
  CREDENTIALS,
  DECORATORS,
  DOWNSTREAM_APIS,
  ENTRY_POINTS,
  ENVIRONMENT,
  OPTIONS,
  REGISTRATION,
  ROUTES,
  type BootFault,
} from './boot-faults.js';

const silent = { log: () => undefined, warn: () => undefined, error: () => undefined };
const VARIABLES = ['TENANT_ID', 'CLIENT_ID', 'CLIENT_SECRET', 'CLIENT_CERTIFICATE_PATH', 'AUTHORITY_HOST'];

afterEach(() => vi.unstubAllEnvs());

/** A certificate that has expired was made by the test, so its day is no text to compare. */
const withoutDate = (fault: string) => fault.replace(/\w{3} +\d+ [\d:]{8} \d{4} GMT/, '{date}');

/** Boots an application without a server; gives what stopped it. */
async function stoppedBy({ module, controllers, providers, environment }: BootFault): Promise<unknown> {
  for (const name of [...VARIABLES, 'FEDERATED_TOKEN_FILE']) vi.stubEnv(`AZURE_${name}`, undefined);
  for (const [name, value] of Object.entries(environment ?? {})) vi.stubEnv(name, value);
  try {
    const imports = [await module?.()].filter((imported) => imported !== undefined);
    const metadata = { imports, controllers: controllers?.(), providers: providers?.() };
    await Test.createTestingModule(metadata).setLogger(silent).compile();
    return 'nothing';
  } catch (error) {
    return error;
  }
}

describe.each<[string, readonly BootFault[]]>([
  ['the registration', REGISTRATION],
  ['the environment', ENVIRONMENT],
  ['the options', OPTIONS],
  ['the downstream APIs', DOWNSTREAM_APIS],
  ['the credentials', CREDENTIALS],
  ['certificates', CERTIFICATES],
  ['the routes', ROUTES],
  ['entry points', ENTRY_POINTS],
  ['the decorators', DECORATORS],
  ['the AzureAd section', AZURE_AD],
])(
  '%s: the boot stops, and one sentence says what was given, what is accepted and what to do:',
  (_part, rows) => {
    it.each(rows.map((row) => [row.what, row] as const))('%s', async (_what, row) => {
      const error = await stoppedBy(row);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect((error as ConfigurationError).faults.map(withoutDate)).toEqual(row.faults);
      expect(String((error as ConfigurationError).message)).not.toContain('canary');
    });
  },
);
