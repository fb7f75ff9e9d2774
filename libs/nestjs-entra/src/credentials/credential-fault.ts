/**
 * Why a credential cannot be used, as the end of a sentence that begins with its place in the list. It holds no
 * secret, and no text of others: those may quote what they were given.
 */
export class CredentialFault extends Error {
  /** Whether it may pass by itself: something is out of reach, and nothing is known to be configured wrongly. */
  readonly isTemporary: boolean;

  constructor(message: string, options: { isTemporary?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CredentialFault';
    this.isTemporary = options.isTemporary ?? false;
  }
}
