import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';

/** So many lines of one code are written in a period; further ones are counted. */
const MAX_LINES = 10;
const PERIOD_MS = 10_000;
/** Codes at one time. Further codes share one limit, so that invented codes do not fill the memory. */
const MAX_CODES = 64;

type Level = 'debug' | 'warn' | 'error';

/** The lines written for one code in the current period. */
interface Period {
  readonly level: Level;
  endsAt: number;
  lines: number;
  suppressed: number;
}

/**
 * The log of requests that were rejected and of exchanges that failed. Anyone can send requests that are rejected, so nobody must be able to fill a
 * disk with them, or to hide one rejection behind a thousand of another kind: each code has a limit of its own, of 10
 * lines in 10 seconds. The first line of a code is always written. What was suppressed is counted, and told when the
 * period is over or the application closes.
 */
@Injectable()
export class RejectionLog implements OnModuleDestroy {
  readonly #periods = new Map<string, Period>();
  readonly #logger: Pick<Logger, Level>;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#logger = new Logger('EntraAuth');
    // Not the wall clock: one that is set back would suppress lines for as long. monotonicMs() is of a layer above.
    this.#now = () => performance.now();
  }

  /**
   * Writes a line, unless the code has used up its limit.
   *
   * @param code the code of the error, by which lines are limited
   * @param stack added to a line that is written
   */
  write(level: Level, code: string, line: string, stack?: string): void {
    const now = this.#now();
    const period = this.periodOf(code, level, now);
    if (period.lines >= MAX_LINES) {
      period.suppressed += 1;
      this.#timer ??= setTimeout(() => this.report(), PERIOD_MS).unref();
      return;
    }
    period.lines += 1;
    if (stack === undefined) this.#logger[level](line);
    else this.#logger[level](line, stack);
  }

  onModuleDestroy(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [code, period] of this.#periods) this.tell(code, period);
  }

  private periodOf(code: string, level: Level, now: number): Period {
    if (!this.#periods.has(code) && this.#periods.size >= MAX_CODES) this.forgetEnded(now);
    const key = this.#periods.has(code) || this.#periods.size < MAX_CODES ? code : 'other codes';
    const known = this.#periods.get(key);
    if (known && now < known.endsAt) return known;
    if (known) this.tell(key, known);
    const period = { level, endsAt: now + PERIOD_MS, lines: 0, suppressed: 0 };
    this.#periods.set(key, period);
    return period;
  }

  /** Makes room for codes that come now. */
  private forgetEnded(now: number): void {
    for (const [code, period] of this.#periods) {
      if (now < period.endsAt) continue;
      this.tell(code, period);
      this.#periods.delete(code);
    }
  }

  /** Tells of every period that is over; later ones wait for their own end. */
  private report(): void {
    this.#timer = undefined;
    const now = this.#now();
    let isMore = false;
    for (const [code, period] of this.#periods) {
      if (now >= period.endsAt) this.tell(code, period);
      else isMore ||= period.suppressed > 0;
    }
    if (isMore) this.#timer = setTimeout(() => this.report(), PERIOD_MS).unref();
  }

  private tell(code: string, period: Period): void {
    const { level, suppressed } = period;
    if (suppressed === 0) return;
    period.suppressed = 0;
    this.#logger[level](
      `${code}: ${suppressed} more ${suppressed === 1 ? 'line was' : 'lines were'} suppressed within ${PERIOD_MS / 1000} seconds`,
    );
  }
}
