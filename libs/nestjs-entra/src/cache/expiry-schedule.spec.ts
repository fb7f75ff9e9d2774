import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpirySchedule } from './expiry-schedule.js';

const MINUTE_MS = 60_000;
const NOW = 30_000_000 * MINUTE_MS;

/** Everything that is due, over as many sweeps as it takes. */
function allDue(schedule: ExpirySchedule, now: number): string[] {
  const all: string[] = [];
  for (let due = schedule.takeDue(now); due.length > 0; due = schedule.takeDue(now)) all.push(...due);
  return all;
}

describe('ExpirySchedule', () => {
  it('has nothing due when nothing was noted', () => {
    expect(new ExpirySchedule().takeDue(NOW)).toEqual([]);
  });

  it('takes a key out in the minute after it is over, and once', () => {
    const schedule = new ExpirySchedule();
    schedule.add('key', NOW + 10);
    expect(schedule.takeDue(NOW + 10)).toEqual([]);
    expect(schedule.takeDue(NOW + MINUTE_MS)).toEqual(['key']);
    expect(schedule.takeDue(NOW + 2 * MINUTE_MS)).toEqual([]);
  });

  it('takes out nothing that is not over', () => {
    const schedule = new ExpirySchedule();
    schedule.add('early', NOW);
    schedule.add('late', NOW + 60 * MINUTE_MS);
    expect(schedule.takeDue(NOW + 30 * MINUTE_MS)).toEqual(['early']);
    expect(schedule.takeDue(NOW + 61 * MINUTE_MS)).toEqual(['late']);
  });

  it('finds a key that is noted for a minute already swept', () => {
    const schedule = new ExpirySchedule();
    schedule.add('first', NOW);
    schedule.takeDue(NOW + 10 * MINUTE_MS);
    schedule.add('late', NOW + MINUTE_MS);
    expect(schedule.takeDue(NOW + 10 * MINUTE_MS)).toEqual(['late']);
  });

  it('forgets a key that is taken back, and none of the others', () => {
    const schedule = new ExpirySchedule();
    schedule.add('gone', NOW);
    schedule.add('stays', NOW);
    schedule.add('renewed', NOW);
    schedule.remove('gone', NOW);
    schedule.remove('renewed', NOW);
    schedule.add('renewed', NOW + 60 * MINUTE_MS);
    schedule.remove('never noted', NOW);
    expect(schedule.takeDue(NOW + MINUTE_MS)).toEqual(['stays']);
    expect(schedule.takeDue(NOW + 61 * MINUTE_MS)).toEqual(['renewed']);
  });

  it('takes some hundreds at a time, so that no request waits behind it, and all in the end', () => {
    const schedule = new ExpirySchedule();
    const keys = Array.from({ length: 1_200 }, (_, index) => `key-${index}`);
    keys.forEach((key, index) => schedule.add(key, NOW + (index % 3) * MINUTE_MS));
    const first = schedule.takeDue(NOW + 10 * MINUTE_MS);
    expect(first).toHaveLength(500);
    const all = [...first, ...allDue(schedule, NOW + 10 * MINUTE_MS)];
    expect(all.toSorted()).toEqual(keys.toSorted());
  });

  it('takes out each key exactly once, whenever it is swept', () => {
    const minutes = fc.array(fc.nat({ max: 30 }), { maxLength: 20 });
    const sweeps = fc.array(fc.nat({ max: 40 }), { maxLength: 10 });
    fc.assert(
      fc.property(minutes, sweeps, (ends, times) => {
        const schedule = new ExpirySchedule();
        ends.forEach((minute, index) => schedule.add(`${index}`, NOW + minute * MINUTE_MS));
        const taken = times.flatMap((time) => {
          const due = schedule.takeDue(NOW + time * MINUTE_MS);
          expect(due.every((key) => (ends[Number(key)] ?? Infinity) < time)).toBe(true);
          return due;
        });
        const all = [...taken, ...allDue(schedule, NOW + 100 * MINUTE_MS)];
        expect(all.toSorted()).toEqual(ends.map((_, index) => `${index}`).toSorted());
      }),
    );
  });
});
