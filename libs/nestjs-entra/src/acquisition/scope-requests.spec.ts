import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/configuration.error.js';
import { ScopeRequests } from './scope-requests.js';

const GRAPH = 'https://graph.microsoft.com';

describe('ScopeRequests', () => {
  it('works a list out once', () => {
    const requests = new ScopeRequests(GRAPH);
    const first = requests.of(['User.Read', 'api://x/Read']);
    expect(first.map(({ resource }) => resource)).toEqual([GRAPH, 'api://x']);
    expect(requests.of(['User.Read', 'api://x/Read'])).toBe(first);
    expect(requests.of(['api://x/Read'])).not.toBe(first);
  });

  it('works the scopes of one resource out once, as a list or as a text', () => {
    const requests = new ScopeRequests(GRAPH);
    const first = requests.single(['User.Read', 'Mail.Read']);
    expect(first.scopes).toEqual(['User.Read', 'Mail.Read']);
    expect(requests.single('User.Read Mail.Read')).toBe(first);
    expect(requests.single('User.Read')).not.toBe(first);
  });

  it('refuses what is wrong each time', () => {
    const requests = new ScopeRequests(GRAPH);
    for (let time = 0; time < 2; time++) {
      expect(() => requests.single('User.Read api://x/Read')).toThrow(ConfigurationError);
      expect(() => requests.single([])).toThrow(ConfigurationError);
      expect(() => requests.of(['.default', 'User.Read'])).toThrow(ConfigurationError);
    }
  });

  it('keeps clouds apart', () => {
    expect(new ScopeRequests('https://graph.microsoft.us').single('User.Read').resource).toBe(
      'https://graph.microsoft.us',
    );
  });
});
