import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { Public } from '../authentication/public.decorator.js';
import { routeOpening } from './route-opening.js';

class Plain {
  usual(this: void) {}

  @Public()
  open(this: void) {}

  @Public({ optional: true })
  optional(this: void) {}

  @Public(false)
  closed(this: void) {}
}

@Public()
class Open extends Plain {}

@Public({ optional: true })
class Optional extends Plain {}

class OpenHeir extends Open {}
class OptionalHeir extends Optional {}

const { usual, open, optional, closed } = Plain.prototype;

/** As a decorator that replaces a method leaves it when it passes the metadata on through the prototype. */
const wrapped = (method: object): object => Object.setPrototypeOf(() => undefined, method) as object;

describe('routeOpening', () => {
  it.each<[what: string, controller: object, handler: object, opening: boolean | 'optional']>([
    ['no decorator at all', Plain, usual, false],
    ['a public handler', Plain, open, true],
    ['an optional handler', Plain, optional, 'optional'],
    ['a handler that stays closed', Plain, closed, false],
    ['a public class', Open, usual, true],
    ['a closed handler of a public class', Open, closed, false],
    ['an optional handler of a public class', Open, optional, 'optional'],
    ['an optional class', Optional, usual, 'optional'],
    ['a public handler of an optional class', Optional, open, true],
    ['a replaced closed handler of a public class', Open, wrapped(closed), false],
    ['a replaced public handler', Plain, wrapped(open), true],
    ['the subclass of a public class', OpenHeir, usual, false],
    ['the subclass of an optional class', OptionalHeir, usual, false],
    ['a public handler in the subclass of a public class', OpenHeir, open, true],
  ])('of %s', (_what, controller, handler, opening) => {
    expect(routeOpening(controller, handler)).toBe(opening);
  });
});
