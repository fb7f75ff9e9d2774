import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/configuration.error.js';
import { presentedAssertion } from './presented-assertion.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const scopes = 'User.Read';

describe('presentedAssertion', () => {
  it('finds tenant, user and end in the assertion', () => {
    const assertion = jwt({ tid: TENANT, oid: 'ada', exp: 1_800_000_000 });
    const subject = presentedAssertion({ assertion, scopes });
    expect(subject).toMatchObject({ tenantId: TENANT, userId: 'ada', assertionExpiresAt: 1_800_000_000_000 });
    expect(subject.assertion.reveal()).toBe(assertion);
  });

  it('goes to the tenant that is named, whatever the assertion says', () => {
    const assertion = jwt({ tid: TENANT });
    expect(presentedAssertion({ assertion, scopes, tenantId: OTHER_TENANT }).tenantId).toBe(OTHER_TENANT);
  });

  it.each([
    ['claims of another kind', jwt({ oid: 7, exp: 'soon' })],
    ['an endless time', `e30.${Buffer.from('{"exp":1e999}').toString('base64url')}.c2ln`],
    ['a payload that is no object', jwt(null)],
    ['no JSON Web Token', 'opaque'],
  ])('takes nothing for granted: %s', (_what, assertion) => {
    expect(presentedAssertion({ assertion, scopes, tenantId: TENANT })).toMatchObject({
      userId: '',
      assertionExpiresAt: Infinity,
    });
  });

  it('says what it was not given', () => {
    expect(() => presentedAssertion(undefined as never)).toThrow(
      new ConfigurationError('acquireTokenOnBehalfOf() was given no request; give { assertion, scopes }.'),
    );
  });

  it.each([
    ['none', jwt({})],
    ['one that is a path', jwt({ tid: `${TENANT}/../common` })],
    ['many', jwt({ tid: 'common' })],
    ['unreadable', 'opaque'],
  ])('asks for a tenant when the assertion names %s', (_what, assertion) => {
    expect(() => presentedAssertion({ assertion, scopes })).toThrow(ConfigurationError);
    expect(() => presentedAssertion({ assertion, scopes })).toThrow(
      'The assertion names no tenant; pass tenantId, a GUID.',
    );
  });

  it.each([null, 42, 'common', ''])('refuses %j as tenant', (tenantId) => {
    const request = { assertion: jwt({ tid: TENANT }), scopes, tenantId: tenantId as string };
    expect(() => presentedAssertion(request)).toThrow(
      new ConfigurationError('The assertion names no tenant; pass tenantId, a GUID.'),
    );
  });

  it('accepts the grant type of JSON Web Tokens by name', () => {
    const assertionType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    expect(() =>
      presentedAssertion({ assertion: jwt({ tid: TENANT }), assertionType, scopes }),
    ).not.toThrow();
  });

  it('refuses another grant type, and names those that are accepted', () => {
    const assertion = jwt({ tid: TENANT });
    expect(() => presentedAssertion({ assertion, assertionType: 'password', scopes })).toThrow(
      ConfigurationError,
    );
    expect(() => presentedAssertion({ assertion, assertionType: 'password', scopes })).toThrow(
      'assertionType is "password"; give one of urn:ietf:params:oauth:grant-type:jwt-bearer, urn:ietf:params:oauth:grant-type:saml2-bearer, urn:ietf:params:oauth:grant-type:saml1_1-bearer.',
    );
  });

  describe.each([
    'urn:ietf:params:oauth:grant-type:saml2-bearer',
    'urn:ietf:params:oauth:grant-type:saml1_1-bearer',
  ])('of type %s', (assertionType) => {
    const xml =
      '<Assertion><Conditions NotBefore="2026-01-01T00:00:00Z" NotOnOrAfter="2026-01-01T01:00:00Z"/>' +
      "<SubjectConfirmationData NotOnOrAfter = '2026-01-01T00:05:00.000Z'/></Assertion>";
    const encoded = Buffer.from(xml).toString('base64url');

    it.each([
      ['XML', ` ${xml}\n`],
      ['base64url', encoded],
    ])('is sent in base64url and ends with its earliest end: %s', (_form, assertion) => {
      const subject = presentedAssertion({ assertion, assertionType, scopes, tenantId: TENANT });
      expect(subject).toMatchObject({
        assertionType,
        tenantId: TENANT,
        userId: '',
        assertionExpiresAt: Date.UTC(2026, 0, 1, 0, 5),
      });
      expect(subject.assertion.reveal()).toBe(encoded);
    });

    it.each(['<Assertion/>', '<Assertion NotOnOrAfter="soon"/>', 'opaque'])(
      'without an end it sets no bound: %s',
      (assertion) => {
        const { assertionExpiresAt } = presentedAssertion({
          assertion,
          assertionType,
          scopes,
          tenantId: TENANT,
        });
        expect(assertionExpiresAt).toBe(Infinity);
      },
    );

    it('asks for the tenant, which it does not name', () => {
      expect(() => presentedAssertion({ assertion: jwt({ tid: TENANT }), assertionType, scopes })).toThrow(
        'The assertion names no tenant; pass tenantId, a GUID.',
      );
    });
  });

  it('refuses to exchange nothing', () => {
    expect(() => presentedAssertion({ assertion: '', scopes, tenantId: TENANT })).toThrow(
      'assertion is missing',
    );
  });
});
