import 'reflect-metadata';
import { UseGuards, type ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { Public } from '../authentication/public.decorator.js';
import { openedGuardProblems } from './opened-guard-problems.js';
import type { Route } from './routes.js';

class NamedGuard extends JwtAuthGuard {}
class DecidingGuard extends JwtAuthGuard {
  protected override isPublic(context: ExecutionContext): boolean {
    return context.getType() === 'ws';
  }
}

class Plain {
  usual(this: void) {}

  @UseGuards(JwtAuthGuard)
  guarded(this: void) {}

  @UseGuards(NamedGuard)
  named(this: void) {}

  @UseGuards(DecidingGuard)
  deciding(this: void) {}

  @UseGuards(JwtAuthGuard)
  @Public(false)
  closed(this: void) {}

  @UseGuards(JwtAuthGuard)
  @Public({ optional: true })
  optional(this: void) {}

  @Public()
  open(this: void) {}
}
const { usual, guarded, named, deciding, closed, optional, open } = Plain.prototype;

@Public()
class Open {}
@UseGuards(JwtAuthGuard)
class Guarded {}
@UseGuards(JwtAuthGuard)
@Public()
class Both {}
@UseGuards(JwtAuthGuard)
@Public({ optional: true })
class Optional {}

const route = (controller: object, handler: object): Route => ({
  name: 'Plain.route',
  controller,
  handler,
  prototype: Plain.prototype,
  key: 'route',
});
const ON_CLASS = expect.stringContaining('and @Public() on its class,') as string;
const BOTH_ON_CLASS = expect.stringContaining(
  'is on a class with @UseGuards(JwtAuthGuard) and @Public()',
) as string;

describe('openedGuardProblems', () => {
  it.each<[what: string, controller: object, handler: object, problems: string[]]>([
    ['a route without either', Plain, usual, []],
    ['a guarded route', Plain, guarded, []],
    ['a guarded route of a public class', Open, guarded, [ON_CLASS]],
    ['a route of a public class that a subclass of the guard guards', Open, named, [ON_CLASS]],
    ['a route of a public class with a guard that decides itself what is public', Open, deciding, []],
    ['a guarded route that is closed again', Open, closed, []],
    ['a guarded route with an optional caller', Open, optional, []],
    ['a public route of a guarded class', Guarded, open, []],
    ['a route of a class that is guarded and public', Both, usual, [BOTH_ON_CLASS]],
    ['a guarded class with an optional caller', Optional, usual, []],
  ])('of %s', (_what, controller, handler, problems) => {
    expect(openedGuardProblems([route(controller, handler)])).toEqual(problems);
  });

  it('has none for a public class whose guard protects the routes that are closed again', () => {
    expect(openedGuardProblems([route(Both, usual), route(Both, closed)])).toEqual([]);
  });
});
