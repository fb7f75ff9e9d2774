import type { CustomSignedAssertionCredential } from '../../options/client-credential.js';
import { AssertionMemo, type TimedAssertion } from '../assertion-memo.js';
import type { ClientCredentialSource } from '../client-credential-source.js';
import { CredentialFault } from '../credential-fault.js';
import type {
  ClientAuthentication,
  ClientAuthenticationTarget,
  LoadedCredential,
} from '../loaded-credential.js';
import { assertionTimes } from '../signed-assertion.js';
import { elapsedSince } from '../../network/elapsed-since.js';
import { monotonicMs } from '../../network/monotonic-clock.js';
import { wallClockMs } from '../../network/wall-clock.js';
import { DeadlineError, withinDeadline } from '../../network/within-deadline.js';

/** One that was refused twice within this time is not worth asking for again at once. */
const ASK_AGAIN_MS = 10_000;

/** An assertion that the application gets by itself, asked for when the first token is acquired. */
export class CustomAssertionSource implements ClientCredentialSource {
  readonly sourceType = 'CustomSignedAssertion';
  readonly #getAssertion: CustomSignedAssertionCredential['getAssertion'];
  #memo: AssertionMemo | undefined;
  #version = 0;
  #newAt = -Infinity;

  constructor(
    { getAssertion }: CustomSignedAssertionCredential,
    private readonly options: { readonly timeoutMs: number },
  ) {
    this.#getAssertion = getAssertion;
  }

  async load(): Promise<LoadedCredential> {
    // Loaded anew after an assertion, it asks for another one, and so is another credential.
    if (this.#memo?.isUsed && elapsedSince(this.#newAt) >= ASK_AGAIN_MS) {
      this.#version++;
      this.#newAt = monotonicMs();
    }
    const memo = (this.#memo = new AssertionMemo());
    return {
      id: `custom ${this.#version}`,
      authenticate: async (target): Promise<ClientAuthentication> => ({
        clientAssertion: await memo.get(target.tokenEndpoint, () => this.ask(target)),
      }),
    };
  }

  private async ask(target: ClientAuthenticationTarget): Promise<TimedAssertion> {
    const madeAt = wallClockMs();
    const assertion = await withinDeadline(this.options.timeoutMs, (signal) =>
      this.#getAssertion({ ...target, signal }),
    ).catch((error: unknown) => {
      // Neither text nor cause: what the application throws may quote the assertion or what it is made of.
      throw new CredentialFault(
        error instanceof DeadlineError
          ? `has a getAssertion that ${error.message}; find out what it waits for.`
          : 'has a getAssertion that threw; catch the error there to see what it says.',
      );
    });
    const times = typeof assertion === 'string' ? assertionTimes(assertion) : undefined;
    if (!times || times.expiresAt <= madeAt) {
      throw new CredentialFault('has a getAssertion that gave no JWT with an exp in the future; give one.');
    }
    return { assertion, madeAt, expiresAt: times.expiresAt };
  }
}
