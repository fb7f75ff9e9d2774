import { createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';

const DAY_MS = 24 * 60 * 60_000;
const LIFETIME_MS = 5 * 365 * DAY_MS;

/** sha256WithRSAEncryption, 1.2.840.113549.1.1.11, with its NULL parameter (RFC 4055 §5). */
const SHA256_WITH_RSA = Buffer.from('300d06092a864886f70d01010b0500', 'hex');

/** commonName, 2.5.4.3. */
const COMMON_NAME = Buffer.from('0603550403', 'hex');

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const VERSION = 0xa0;

/**
 * A self-signed X.509 certificate (RFC 5280 §4.1) in DER, valid from a day before `now` for five years.
 *
 * Written by hand because keys rotate in a synchronous call, and certificate generators on Web Crypto are
 * asynchronous.
 */
export function selfSignedCertificate(privateKey: KeyObject, commonName: string, now: number): Buffer {
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(commonName)))));
  const tbsCertificate = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, serialNumber()),
    SHA256_WITH_RSA,
    name,
    der(SEQUENCE, time(now - DAY_MS), time(now + LIFETIME_MS)),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', tbsCertificate, privateKey);
  return der(SEQUENCE, tbsCertificate, SHA256_WITH_RSA, der(BIT_STRING, Buffer.from([0]), signature));
}

/** One DER element: tag, length, content (X.690 §8.1). */
function der(tag: number, ...content: Buffer[]): Buffer {
  const value = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOctets(value.length), value]);
}

function lengthOctets(length: number): Buffer {
  if (length < 0x80) {
    return Buffer.from([length]);
  }
  const hex = length.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | octets.length]), octets]);
}

/** Sixteen random bytes, positive and without a leading zero as DER wants it. */
function serialNumber(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

/** Two digits for the year until 2049, four from then on (RFC 5280 §4.1.2.5). */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return digits < '2050'
    ? der(UTC_TIME, Buffer.from(`${digits.slice(2)}Z`))
    : der(GENERALIZED_TIME, Buffer.from(`${digits}Z`));
}
