import { describe, expect, it } from 'vitest';
import { ClientCredentialError } from '../errors/acquisition.errors.js';
import { rejectedPart } from './rejected-part.js';

describe('rejectedPart', () => {
  it.each([
    [500011, 'invalid_resource', 'resource'],
    [650057, 'invalid_client', 'resource'],
    [650053, 'invalid_client', 'resource'],
    [9010010, 'invalid_target', 'resource'],
    [70011, 'invalid_scope', 'resource'],
    [7000215, 'invalid_client', 'credential'],
    [700016, 'unauthorized_client', 'credential'],
    [90002, 'invalid_request', 'request'],
    [900144, 'invalid_request', 'request'],
    [undefined, 'invalid_scope', 'resource'],
    [undefined, 'invalid_client', 'credential'],
    [undefined, 'invalid_request', 'request'],
  ])('of AADSTS%s %s is the %s', (aadsts, error, part) => {
    expect(rejectedPart({ aadsts, error })).toBe(part);
  });
});

describe('ClientCredentialError', () => {
  it('says that the API could not authenticate itself only where it could not', () => {
    const messageOf = (part?: 'credential' | 'resource' | 'request') =>
      new ClientCredentialError('reason', {}, part).message;
    expect(
      [messageOf(), messageOf('credential')].map((text) => text.includes('authenticate itself')),
    ).toEqual([true, true]);
    expect(messageOf('resource')).toBe(
      'The API requested a scope or resource that the identity platform does not know or allow',
    );
    expect(messageOf('request')).toBe('The identity platform rejected a token request of the API');
  });
});
