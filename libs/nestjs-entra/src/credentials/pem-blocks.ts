/** One block of a PEM text. */
export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY`, `RSA PRIVATE KEY` … */
  readonly label: string;
  /** The block with its first and last line. */
  readonly text: string;
}

const BEGIN = '-----BEGIN ';
const DASHES = '-----';

/** The longest label that RFC 7468 and OpenSSL know is half as long. */
const MAX_LABEL = 64;

/** More than any chain of certificates. */
const MAX_BLOCKS = 100;

/**
 * The blocks of a PEM text (RFC 7468) in their order, in one pass: each search begins where the one before ended. A
 * block without its end is left out, and with it everything that follows.
 */
export function pemBlocks(pem: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (let at = 0; blocks.length < MAX_BLOCKS;) {
    const start = pem.indexOf(BEGIN, at);
    if (start < 0) break;
    const labelStart = start + BEGIN.length;
    const labelEnd = pem.slice(labelStart, labelStart + MAX_LABEL).indexOf(DASHES);
    if (labelEnd < 0) {
      at = labelStart;
      continue;
    }
    const label = pem.slice(labelStart, labelStart + labelEnd);
    const end = `-----END ${label}-----`;
    const endStart = pem.indexOf(end, labelStart + labelEnd);
    if (endStart < 0) break;
    at = endStart + end.length;
    blocks.push({ label, text: pem.slice(start, at) });
  }
  return blocks;
}
