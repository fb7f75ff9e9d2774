import type { TokenFlowStep } from '../../caller/token-flow.js';
import { boundedText } from './bounded-text.js';
import { describeError } from './describe-error.js';
import { describeStep } from './describe-step.js';
import type { RecordedCaller, RecordedRequest, RecordedStep, Refusal } from './recorded-request.js';
import { shownClaims } from './shown-claims.js';
import { wallClockMs } from '../../network/wall-clock.js';
import { monotonicMs } from '../../network/monotonic-clock.js';

/** More is not kept of one request, whatever its handler does. */
const MAX_STEPS = 100;
const MAX_ERRORS = 20;
const MAX_PATH_LENGTH = 300;

/** One request while it passes. */
export class RequestRecord implements RecordedRequest {
  readonly startedAt = new Date(wallClockMs());
  readonly steps: RecordedStep[] = [];
  caller: RecordedCaller | undefined;
  refusal: Refusal | undefined;
  answer: RecordedRequest['answer'];
  readonly path: string;
  readonly method: string;
  readonly #begun = monotonicMs();
  /** By correlation id, when it started. */
  readonly #exchanges = new Map<string, number>();
  readonly #errors = new Set<unknown>();
  readonly #refusals: Refusal[] = [];

  constructor(
    readonly id: number,
    { method, url }: { readonly method: string; readonly url: string },
  ) {
    this.method = boundedText(method, 20);
    this.path = boundedText(url.split(/[?#]/, 1)[0], MAX_PATH_LENGTH);
    this.note({ station: 'browser', text: `Sends ${this.method} ${this.path}`, tone: 'neutral' });
  }

  /** Adds a step; `false` when it says nothing new. */
  add(step: TokenFlowStep): boolean {
    if (step.kind === 'failed') {
      // One error passes several stations.
      if (this.#errors.has(step.error) || this.#errors.size >= MAX_ERRORS) return false;
      this.#errors.add(step.error);
      this.refusal = describeError(step.error);
      this.#refusals.push(this.refusal);
    }
    if (step.kind === 'token_accepted') {
      const { user } = step;
      const name = user.preferredUsername ?? user.name ?? user.oid;
      this.caller = { name: boundedText(name, 100), claims: shownClaims(user) };
    }
    this.note(describeStep(step, this.exchangeMs(step)));
    return true;
  }

  /** Adds the answer. */
  end(status: number, isComplete: boolean): void {
    this.answer = { status, isComplete, tookMs: this.elapsed() };
    // A handler may have gone on without what failed.
    this.refusal = this.#refusals.findLast((refusal) => refusal.status === status);
    this.#errors.clear();
    const text = isComplete ? `Gets the answer ${status}` : 'Left before the answer was complete';
    this.note({ station: 'browser', text, tone: isComplete && status < 400 ? 'good' : 'bad' });
  }

  private note(step: Omit<RecordedStep, 'atMs'>): void {
    if (this.steps.length === MAX_STEPS) {
      this.steps.push({
        station: 'api',
        text: 'Further steps are not kept',
        tone: 'neutral',
        atMs: this.elapsed(),
      });
    }
    if (this.steps.length < MAX_STEPS || this.answer) this.steps.push({ ...step, atMs: this.elapsed() });
  }

  private exchangeMs(step: TokenFlowStep): number | undefined {
    if (step.kind === 'exchange_started' && this.#exchanges.size < MAX_STEPS) {
      this.#exchanges.set(step.correlationId, monotonicMs());
    }
    if (step.kind !== 'exchange_finished' && step.kind !== 'exchange_failed') return undefined;
    const begun = this.#exchanges.get(step.correlationId);
    this.#exchanges.delete(step.correlationId);
    return begun === undefined ? undefined : monotonicMs() - begun;
  }

  private elapsed(): number {
    return monotonicMs() - this.#begun;
  }
}
