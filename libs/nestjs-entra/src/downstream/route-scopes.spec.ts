import { describe, expect, it } from 'vitest';
import { DownstreamScopes } from './downstream-scopes.decorator.js';
import { routeScopes } from './route-scopes.js';

@DownstreamScopes('User.Read')
class Decorated {
  @DownstreamScopes('Mail.Read', 'api://x/Read')
  both() {}

  @DownstreamScopes('Files.Read')
  @DownstreamScopes('Mail.Send')
  twice() {}

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
    expect(routeScopes(controller, handler)).toEqual(scopes);
  });
});
