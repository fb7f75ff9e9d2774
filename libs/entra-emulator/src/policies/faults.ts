import { isAadstsCode } from '../errors/aadsts-registry.js';

/** The endpoints that can be made to fail. */
export type FaultyEndpoint = 'token' | 'keys' | 'discovery' | 'authorize' | 'graph' | 'userinfo';

/** A failure for the next requests. `delayMs` alone delays an otherwise normal answer. */
export interface Fault {
  /** Endpoint that fails; `token` by default. */
  readonly endpoint?: FaultyEndpoint;
  /** How many requests fail; 1 by default, `Infinity` for all. */
  readonly times?: number;
  /** Milliseconds to wait before anything else happens. */
  readonly delayMs?: number;
  /** Answers with this AADSTS code, in Entra's envelope. */
  readonly aadsts?: number;
  /** JSON text for the `claims` member; with `aadsts`. */
  readonly claims?: string;
  /** Replaces the code's own suberror; with `aadsts`. */
  readonly suberror?: string;
  /** HTTP status. Alone, 429 and 503 come with Entra's own body and `Retry-After: 60`. */
  readonly status?: number;
  /** Headers added to the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body sent as it is: text, or a value that becomes JSON. */
  readonly body?: unknown;
  /** Never answers, and leaves the connection open. */
  readonly hang?: boolean;
  /** Destroys the connection. */
  readonly reset?: boolean;
  /** Answers 200 and a body that never ends, a byte at a time. */
  readonly drip?: boolean;
  /** Answers 200 and a body of that many bytes. */
  readonly bodyBytes?: number;
  /** Answers 200 and a body that is no JSON. */
  readonly malformed?: boolean;
}

/** Failures that wait for their request. */
export class Faults {
  readonly #waiting: { readonly fault: Fault; remaining: number }[] = [];

  /** Adds a fault behind those that wait already. */
  add(fault: Fault): void {
    if (fault.aadsts !== undefined && !isAadstsCode(fault.aadsts)) {
      throw new TypeError(
        `failNext: AADSTS${fault.aadsts} is not a code the emulator knows. Give status and body instead.`,
      );
    }
    const times = fault.times ?? 1;
    if (!(times >= 1)) {
      throw new TypeError(`failNext: times must be at least 1, but is ${times}.`);
    }
    this.#waiting.push({ fault, remaining: times });
  }

  /** The failures that wait, and how many requests each still strikes. */
  get waiting(): readonly { readonly fault: Fault; readonly remaining: number }[] {
    return this.#waiting;
  }

  /** Forgets every failure that waits. */
  clear(): void {
    this.#waiting.splice(0);
  }

  /** The fault for a request that arrives at `endpoint` now, used up by this call. */
  take(endpoint: string): Fault | undefined {
    const index = this.#waiting.findIndex(({ fault }) => (fault.endpoint ?? 'token') === endpoint);
    const entry = this.#waiting[index];
    if (entry === undefined) {
      return undefined;
    }
    entry.remaining -= 1;
    if (entry.remaining <= 0) {
      this.#waiting.splice(index, 1);
    }
    return entry.fault;
  }
}
