import { createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Assertion } from '../caller/assertion.js';
import { keyOfUserEntry, SealedEntry } from './sealed-entry.js';

const TEXT = Buffer.from('a record');
const adele = () => SealedEntry.ofAssertion('name', new Assertion('token of adele'));
const application = (byte: number, name = 'name') => SealedEntry.ofApplication(name, Buffer.alloc(32, byte));

describe('SealedEntry', () => {
  it('opens what the same entry sealed, in another process as well', () => {
    expect(adele().open(adele().seal(TEXT))).toEqual(TEXT);
    expect(application(1).open(application(1).seal(TEXT))).toEqual(TEXT);
  });

  it('is version, nonce, ciphertext and tag: 29 bytes more than the text, and different each time', () => {
    const [one, other] = [adele().seal(TEXT), adele().seal(TEXT)];
    expect(one).toHaveLength(TEXT.length + 1 + 12 + 16);
    expect(one[0]).toBe(1);
    expect(one.subarray(1, 13)).not.toEqual(other.subarray(1, 13));
    expect(one.subarray(13)).not.toEqual(other.subarray(13));
    expect(one.includes(TEXT)).toBe(false);
  });

  it.each([
    ['another name', SealedEntry.ofAssertion('other name', new Assertion('token of adele'))],
    ['another assertion', SealedEntry.ofAssertion('name', new Assertion('token of ben'))],
    [
      'the id of the assertion in place of the assertion',
      SealedEntry.ofAssertion('name', new Assertion(new Assertion('token of adele').id)),
    ],
    ['a key of the application', application(1)],
  ])('does not open with %s', (_what, entry) => {
    expect(entry.open(adele().seal(TEXT))).toBeUndefined();
  });

  it('is what its documentation says: the key from the whole token by HKDF, version and name as associated data', () => {
    const sealed = adele().seal(TEXT);
    const info = `nestjs-entra 1 seal of entry ${adele().key}`;
    const open = (secret: string, associated: string, purpose = info) => {
      const key = new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
      decipher.setAAD(Buffer.from(associated));
      decipher.setAuthTag(sealed.subarray(-16));
      return Buffer.concat([decipher.update(sealed.subarray(13, -16)), decipher.final()]);
    };
    expect(open('token of adele', '\x01name')).toEqual(TEXT);
    expect(() => open('token of adele', '\x01other name')).toThrow();
    expect(() => open('token of adele', '\x02name')).toThrow();
    expect(() => open(new Assertion('token of adele').id, '\x01name')).toThrow();
    expect(() => open('token of adele', '\x01name', 'nestjs-entra 1 seal of entry')).toThrow();
  });

  it('does not open under another name even where the cipher key is the same', () => {
    // The key in the store is part of the cipher key; the associated data say it once more.
    const sealed = application(1, 'one').seal(TEXT);
    expect(application(1, 'other').open(sealed)).toBeUndefined();
  });

  it('does not open when any one byte is changed, or when anything is missing or added', () => {
    const sealed = adele().seal(TEXT);
    for (let index = 0; index < sealed.length; index++) {
      const changed = Uint8Array.from(sealed, (byte, at) => (at === index ? byte ^ 0x80 : byte));
      expect(adele().open(changed)).toBeUndefined();
      expect(adele().open(sealed.subarray(0, index))).toBeUndefined();
    }
    expect(adele().open(Buffer.concat([sealed, Buffer.of(0)]))).toBeUndefined();
  });

  it('does not even decrypt what is larger than any token', () => {
    expect(adele().open(adele().seal(Buffer.alloc(64 * 1024)))).toBeUndefined();
    expect(adele().open(adele().seal(Buffer.alloc(32 * 1024)))).toHaveLength(32 * 1024);
  });

  it('has a key of 43 characters that is known from the name alone for a user, and is not for an application', () => {
    expect(adele().key).toMatch(/^[\w-]{43}$/);
    expect(adele().key).toBe(keyOfUserEntry('name'));
    expect(application(1).key).toMatch(/^[\w-]{43}$/);
    expect(new Set([adele().key, application(1).key, application(2).key]).size).toBe(3);
    expect(application(1).key).not.toBe(createHash('sha256').update('name').digest('base64url'));
  });

  it('shows neither token nor key to whoever looks at it', () => {
    const shown = inspect([adele(), application(7)], { showHidden: true, depth: 10 });
    expect(shown).not.toContain('token of adele');
    expect(shown).not.toContain('07 07');
  });
});
