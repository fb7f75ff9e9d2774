import type { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import { EntraAuthError, TokenAcquisitionService } from 'nestjs-entra';
import { vi } from 'vitest';
import { claimsOf } from './tokens.js';

/** Why there is no token once a request has ended. */
export const ENDED = 'no_user_assertion';

/** Node's own response, as far as tests look at it. */
export interface NodeResponse extends EventEmitter {
  readonly writableEnded: boolean;
}

/** The response that a handler is given: Node's own, or Fastify's reply around it. */
export type AnyResponse = NodeResponse & { readonly raw?: NodeResponse };

export const nodeOf = (response: AnyResponse): NodeResponse => response.raw ?? response;

/** Asks for tokens of the user during a request and after it, and keeps what came of it. One for each application. */
@Injectable()
export class LateWork {
  readonly #outcomes = new Map<string, string>();
  readonly #opened: Promise<void>;
  #isOpen = false;
  #open: () => void = () => undefined;

  constructor(private readonly tokens: TokenAcquisitionService) {
    this.#opened = new Promise((resolve) => (this.#open = resolve));
  }

  /** Whose token there is at this moment, or why there is none. */
  async attempt(): Promise<string> {
    try {
      return String(claimsOf(await this.tokens.getAccessTokenForUser('api://orders/Read'))['oid']);
    } catch (error) {
      return error instanceof EntraAuthError ? error.code : String(error);
    }
  }

  /** Attempts, and keeps the outcome under a name. */
  readonly note = (name: string): void => {
    void this.attempt().then((outcome) => this.#outcomes.set(name, outcome));
  };

  /** Starts a promise and a timer that go on when the test says so. */
  outlive(name: string): void {
    void this.#opened.then(() => this.note(`${name} promise`));
    const timer = setInterval(() => {
      if (!this.#isOpen) return;
      clearInterval(timer);
      this.note(`${name} timer`);
    }, 2).unref();
  }

  /** Attempts when the response has ended. */
  listen(name: string, response: NodeResponse): void {
    for (const event of ['finish', 'close']) response.once(event, () => this.note(`${name} ${event}`));
  }

  /** Lets everything go on that waits. */
  goOn(): void {
    this.#isOpen = true;
    this.#open();
  }

  /** Until the test lets everything go on. */
  get waiting(): Promise<void> {
    return this.#opened;
  }

  has(name: string): boolean {
    return this.#outcomes.has(name);
  }

  /** What came of an attempt, once it is known. */
  outcome(name: string): Promise<string> {
    return vi.waitFor(
      () => {
        const outcome = this.#outcomes.get(name);
        if (outcome === undefined) throw new Error(`Nothing is known of ${name}`);
        return outcome;
      },
      { timeout: 10_000 },
    );
  }
}
