import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/configuration.error.js';
import { concreteTenant } from './concrete-tenant.js';

describe('concreteTenant', () => {
  it.each([
    ['7F3A1C52-0B1E-4F7A-9D43-1C2B3A4D5E6F', '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f'],
    ['Contoso.onmicrosoft.com', 'contoso.onmicrosoft.com'],
    ['common.example', 'common.example'],
    ['x', 'x'],
  ])('writes %s as it stands in an address', (tenant, segment) => {
    expect(concreteTenant(tenant)).toBe(segment);
  });

  it.each(['common', 'organizations', 'consumers', 'Common'])('refuses %s, which is no tenant', (tenant) => {
    const refused = () => concreteTenant(tenant);
    expect(refused).toThrow(ConfigurationError);
    expect(refused).toThrow(
      new ConfigurationError(
        `A token was asked for at "${tenant.toLowerCase()}", which is no tenant; pass { tenantId } with a GUID or domain.`,
      ),
    );
  });

  it.each<[unknown, string]>([
    ['', '""'],
    ['../common', '"../common"'],
    ['contoso.com/x', '"contoso.com/x"'],
    ['contoso.com.', '"contoso.com."'],
    ['-contoso', '"-contoso"'],
    ['contoso\n', String.raw`"contoso\n"`],
    [`a${'b'.repeat(252)}`, `"a${'b'.repeat(198)}`],
    [undefined, 'missing'],
    [null, 'null'],
    [42, '42'],
  ])('refuses %j', (tenant, shown) => {
    const refused = () => concreteTenant(tenant);
    expect(refused).toThrow(
      new ConfigurationError(`tenantId is ${shown}; give a tenant as a GUID or domain.`),
    );
  });
});
