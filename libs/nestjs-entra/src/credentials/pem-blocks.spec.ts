import { describe, expect, it } from 'vitest';
import { pemBlocks } from './pem-blocks.js';

const block = (label: string, content = 'AAAA') =>
  `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----`;

describe('pemBlocks', () => {
  it('gives at most a hundred blocks', () => {
    expect(pemBlocks('-----BEGIN X-----\nAA\n-----END X-----\n'.repeat(1_000))).toHaveLength(100);
  });

  it('finds the blocks in their order, whatever stands between', () => {
    const [key, one, two] = [block('RSA PRIVATE KEY'), block('CERTIFICATE'), block('CERTIFICATE', 'BBBB')];
    expect(pemBlocks(`Bag Attributes\n${key}\nsubject=/CN=x\n${one}${two}\n`)).toEqual([
      { label: 'RSA PRIVATE KEY', text: key },
      { label: 'CERTIFICATE', text: one },
      { label: 'CERTIFICATE', text: two },
    ]);
  });

  it.each([
    '',
    'text',
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----',
    `-----BEGIN ${'A'.repeat(80)}-----\nAAAA\n-----END ${'A'.repeat(80)}-----`,
  ])('finds none in %j', (text) => {
    expect(pemBlocks(text)).toEqual([]);
  });

  it.each([
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN ',
    '-----BEGIN -----',
    '-----BEGIN A-----END A',
    '-----BEGIN PRIVATE KEY-----\n',
    '-----',
    block('CERTIFICATE'),
  ])('takes linear time on a megabyte of %j', (part) => {
    const text = part.repeat(Math.ceil(1_048_576 / part.length));
    const started = performance.now();
    pemBlocks(text);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
