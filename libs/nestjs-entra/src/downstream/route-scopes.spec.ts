import { describe, expect, it } from 'vitest';
import { DownstreamScopes } from './downstream-scopes.decorator.js';
import { routeScopes, scopesOf } from './route-scopes.js';

@DownstreamScopes('User.Read')
class Decorated {
  @DownstreamScopes('Mail.Read', 'api://x/Read')
  both() {}

  @DownstreamScopes('Files.Read')
  @DownstreamScopes('Mail.Send')
  twice() {}

  @DownstreamScopes('Mail.Read', { prefetch: 'background' })
  @DownstreamScopes('Mail.Send', 'Files.Read', { prefetch: 'onDemand' })
  modes() {}

  onClass() {}
}

class Derived extends Decorated {}

class Plain {
  @DownstreamScopes('Mail.Read')
  onHandler() {}

  none() {}
}

describe('routeScopes', () => {
  it.each<[string, object, object, string[]]>([
    [
      'class and handler, merged',
      Decorated,
      Decorated.prototype.both,
      ['User.Read', 'Mail.Read', 'api://x/Read'],
    ],
    ['the class alone', Decorated, Decorated.prototype.onClass, ['User.Read']],
    ['the handler alone', Plain, Plain.prototype.onHandler, ['Mail.Read']],
    [
      'a decorator given twice',
      Decorated,
      Decorated.prototype.twice,
      ['User.Read', 'Mail.Send', 'Files.Read'],
    ],
    ['an inherited class', Derived, Derived.prototype.onClass, ['User.Read']],
    ['nothing', Plain, Plain.prototype.none, []],
  ])('of %s', (_what, controller, handler, scopes) => {
    expect(routeScopes(controller, handler).flatMap((route) => route.scopes)).toEqual(scopes);
  });
});

describe('scopesOf', () => {
  it.each([
    ['blocking', ['User.Read']],
    ['background', ['Mail.Read']],
    ['onDemand', ['Mail.Send', 'Files.Read']],
  ] as const)('gives those that are acquired in one way: %s', (prefetch, scopes) => {
    expect(scopesOf(routeScopes(Decorated, Decorated.prototype.modes), prefetch)).toEqual(scopes);
  });
});
