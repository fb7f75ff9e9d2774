import { describe, expect, it } from 'vitest';
import { toEntraUser } from '../caller/entra-user.js';
import { AccessBlockedError, ClaimsChallengeError } from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';
import { checkAuthContext } from './auth-context.js';

const userWith = (claims: Readonly<Record<string, unknown>>) =>
  toEntraUser({ aud: 'a', iss: 'i', exp: 1, ver: '2.0', tid: 't', sub: 's', oid: 'o', scp: 'x', ...claims });
const check = (claims: Readonly<Record<string, unknown>>) => () => checkAuthContext('c1', userWith(claims));

describe('checkAuthContext', () => {
  it.each([[['c1']], [['p1', 'c1', 'c2']], ['c1']])('is content with acrs %j', (acrs) => {
    expect(check({ acrs })).not.toThrow();
  });

  it.each([
    [undefined],
    [[]],
    [['c2']],
    [['c11']],
    [['C1']],
    ['c11'],
    ['c2 c1'],
    ['c1,c2'],
    [''],
    [1],
    [null],
    [{ 0: 'c1' }],
    [[['c1']]],
    [{ includes: 'c1' }],
  ])('asks for more with acrs %j', (acrs) => {
    expect(check({ acrs, xms_cc: ['cp1'] })).toThrow(ClaimsChallengeError);
  });

  it('asks for the context, as Microsoft’s guide has it', () => {
    expect(check({ xms_cc: ['cp1'] })).toThrow(
      expect.objectContaining({
        claims: '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
        reason: 'The route needs authentication context c1, which acrs of the token lacks',
      }) as Error,
    );
  });

  it.each([[['cp1']], [['CP1']], ['cp1'], [['other', 'cp1']]])(
    'takes a client with xms_cc %j for capable',
    (xms_cc) => {
      expect(check({ xms_cc })).toThrow(ClaimsChallengeError);
    },
  );

  it.each([[undefined], [[]], [['cp2']], ['cp11'], [7], [null]])(
    'refuses without a challenge a client with xms_cc %j, which could not answer it',
    (xms_cc) => {
      expect(check({ xms_cc })).toThrow(AccessBlockedError);
      expect(check({ xms_cc })).toThrow(
        expect.objectContaining({
          challenge: expect.not.objectContaining({ claims: expect.anything() as unknown }) as unknown,
          reason:
            'The route needs authentication context c1, and the client does not declare the capability cp1 to be asked for it',
        }) as Error,
      );
    },
  );

  it('refuses an application, whatever its token says', () => {
    const application = check({ scp: undefined, idtyp: 'app', acrs: ['c1'], xms_cc: ['cp1'] });
    expect(application).toThrow(AppOnlyCallerError);
    expect(application).toThrow(
      expect.objectContaining({
        reason: 'The route needs a user in authentication context c1; the caller is an application',
      }) as Error,
    );
  });
});
