/** What is assumed of the users of an API on a working day; every time in seconds. */
export const ASSUMPTIONS = {
  users: 1_000_000,
  /** Users that are simulated; they do not meet, so that the figures scale. */
  simulated: 20_000,
  daySeconds: 10 * 3600,
  /** Visits of a user in a day, and how long one is, on average. */
  visits: 3,
  visitSeconds: 15 * 60,
  /** From one request of a visit to the next, on average. */
  pauseSeconds: 20,
  /** Life of an access token: Entra draws it, evenly. */
  lifetimeSeconds: [60 * 60, 90 * 60],
  /** A client renews its token this long before it ends. */
  renewalSeconds: 5 * 60,
  /** Share of a day's visits that begin in its busiest hour. */
  busiestHour: 0.2,
} as const;

/** What a day asks of the store and the identity platform. */
export interface ArrivalsRow {
  readonly processes: number;
  /** Per second, in the busiest hour. */
  readonly requests: number;
  readonly memoryHits: number;
  readonly gets: number;
  readonly exchanges: number;
  readonly exchangesWithoutStore: number;
  /** GET, and for each exchange SET NX, SET and EVAL. */
  readonly commands: number;
  /** Records at the busiest moment. */
  readonly records: number;
}

/** Plays the day of each simulated user: to which process each request goes is chance, as behind a load balancer. */
export function simulateArrivals(processes: number): ArrivalsRow {
  const { users, simulated, daySeconds, visits, visitSeconds, pauseSeconds, busiestHour } = ASSUMPTIONS;
  const random = mulberry32(processes);
  const exponential = (mean: number) => -Math.log(1 - random()) * mean;
  const slots = Math.ceil(daySeconds / 60) + 120;
  const [begun, ended] = [new Float64Array(slots), new Float64Array(slots)];
  const busy = { requests: 0, gets: 0, exchanges: 0, alone: 0 };
  const busyFrom = daySeconds / 2;
  const isBusy = (at: number) => at >= busyFrom && at < busyFrom + 3600;
  for (let user = 0; user < simulated; user++) {
    const starts = Array.from({ length: poisson(visits, random) }, () =>
      random() < busiestHour ? busyFrom + random() * 3600 : random() * daySeconds,
    ).sort((a, b) => a - b);
    let tokenEndsAt = -Infinity;
    const known = new Set<number>();
    let isStored = false;
    for (const start of starts) {
      const end = start + exponential(visitSeconds);
      for (let at = start; at < end; at += exponential(pauseSeconds)) {
        if (at > tokenEndsAt - ASSUMPTIONS.renewalSeconds) {
          const [least, most] = ASSUMPTIONS.lifetimeSeconds;
          tokenEndsAt = at + least + random() * (most - least);
          known.clear();
          isStored = false;
        }
        const count = isBusy(at) ? 1 : 0;
        busy.requests += count;
        const process = Math.floor(random() * processes);
        if (known.has(process)) continue;
        known.add(process);
        busy.gets += count;
        busy.alone += count;
        if (isStored) continue;
        isStored = true;
        busy.exchanges += count;
        begun[Math.min(slots - 1, Math.floor(at / 60))]! += 1;
        ended[Math.min(slots - 1, Math.floor(tokenEndsAt / 60))]! += 1;
      }
    }
  }
  const scale = users / simulated;
  const perSecond = (count: number) => (count * scale) / 3600;
  let [now, records] = [0, 0];
  for (let slot = 0; slot < slots; slot++) {
    now += (begun[slot] ?? 0) - (ended[slot] ?? 0);
    records = Math.max(records, now);
  }
  return {
    processes,
    requests: perSecond(busy.requests),
    memoryHits: 1 - busy.gets / busy.requests,
    gets: perSecond(busy.gets),
    exchanges: perSecond(busy.exchanges),
    exchangesWithoutStore: perSecond(busy.alone),
    commands: perSecond(busy.gets + 3 * busy.exchanges),
    records: records * scale,
  };
}

function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let [count, product] = [0, random()];
  while (product > limit) {
    count += 1;
    product *= random();
  }
  return count;
}

/** Chance that is the same in every run. */
function mulberry32(seed: number): () => number {
  let state = seed + 0x6d2b79f5;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
