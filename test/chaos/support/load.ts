import type { World } from '../../support/world.js';
import type { ApiProcess, Outcome } from './api-process.js';

/** `npm run chaos` does everything at full length; `npm test` a short version of it. */
export const IS_LONG = process.env['NESTJS_ENTRA_CHAOS'] === 'long';

/** What a load came to. */
export interface LoadReport {
  readonly requests: number;
  readonly failed: number;
  readonly exchanges: number;
  readonly fromStore: number;
  readonly fromPlatform: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Tokens of sessions that nobody has seen; each is signed on demand. */
export function newSessions(world: World, name: string): () => string {
  let count = 0;
  return () => world.token({ uti: `${name} ${(count += 1)}` });
}

/** The same, signed now: signing many at once would hold up another load that is under way. */
export function signed(token: () => string, count: number): () => string {
  const tokens = Array.from({ length: count }, token);
  return () => tokens.pop() ?? token();
}

/** Sends requests at a steady rate for a time, whatever becomes of them: first requests of new sessions in turns. */
export async function load(
  world: World,
  apis: readonly ApiProcess[],
  { seconds, perSecond, token }: { seconds: number; perSecond: number; token: () => string },
): Promise<LoadReport> {
  const before = world.exchanges().length;
  const tokens = Array.from({ length: seconds * perSecond }, token);
  const begun = performance.now();
  const work: Promise<Outcome>[] = [];
  for (const [index, each] of tokens.entries()) {
    const due = begun + (index * 1_000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const api = apis[index % apis.length];
    if (api) work.push(api.get(each));
  }
  return reportOf(await Promise.all(work), world.exchanges().length - before);
}

export function reportOf(outcomes: readonly Outcome[], exchanges: number): LoadReport {
  const times = outcomes.map(({ ms }) => ms).sort((a, b) => a - b);
  const quantile = (part: number) =>
    Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0);
  return {
    requests: outcomes.length,
    failed: outcomes.filter(({ status }) => status !== 200).length,
    exchanges,
    fromStore: outcomes.filter(({ source }) => source === 'store').length,
    fromPlatform: outcomes.filter(({ source }) => source === 'identity-platform').length,
    p50: quantile(0.5),
    p99: quantile(0.99),
    max: Math.round(times.at(-1) ?? 0),
  };
}

/** Prints a line of figures. */
export function tell(what: string, report: LoadReport): void {
  const { requests, failed, exchanges, fromStore, p50, p99, max } = report;
  process.stdout.write(
    `  ${what}: ${requests} requests, ${failed} failed, ${exchanges} exchanges, ${fromStore} from the store; p50 ${p50} ms, p99 ${p99} ms, max ${max} ms\n`,
  );
}
