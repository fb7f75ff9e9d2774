import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../support/nest-app.js';
import { ADELE } from './support/identities.js';
import { claims, forge, rsaKey } from './support/forge.js';
import { Platform } from './support/platform.js';
import { expectInvalidToken, expectMalformed, expectMissing, expectNoEcho } from './support/refusal.js';
import { useTarget } from './support/target.js';

const key = rsaKey();
const good = forge(key);
const other = forge(key, { payload: claims({ x: 1 }) });
const bad = forge(rsaKey({ kid: key.kid }));
const FORM = 'Content-Type: application/x-www-form-urlencoded';

describe.each(ADAPTERS)('The Authorization header, on %s', (adapter) => {
  const target = useTarget(adapter, { platform: new Platform(key) });
  const send = async (...headers: string[]) => (await target.connection()).send('GET', '/me', headers);
  const expectServed = async (): Promise<void> => {
    expect((await target.get(good)).status).toBe(200);
  };

  it.each([
    ['as usual', `Authorization: Bearer ${good}`],
    ['in lower case', `authorization: bearer ${good}`],
    ['in upper case', `AUTHORIZATION: BEARER ${good}`],
    ['in mixed case', `aUtHoRiZaTiOn: bEaReR ${good}`],
    ['with several spaces', `Authorization: Bearer     ${good}`],
    ['with white space around its value', `Authorization: \t Bearer ${good} \t`],
    ['without a space behind the colon', `Authorization:Bearer ${good}`],
  ])('is read %s', async (_how, line) => {
    expect(await send(line)).toMatchObject({ status: 200, body: { oid: ADELE.oid } });
  });

  it.each([
    ['no header', []],
    ['an empty one', ['Authorization:']],
    ['a blank one', ['Authorization:  \t ']],
    ['the scheme alone', ['Authorization: Bearer']],
    ['the scheme and spaces', ['Authorization: Bearer    ']],
    ['Basic', ['Authorization: Basic dXNlcjpjYW5hcnk=']],
    ['Basic with a good token', [`Authorization: Basic ${good}`]],
    ['DPoP with a good token', [`Authorization: DPoP ${good}`]],
    ['Negotiate', ['Authorization: Negotiate YII=']],
    ['a good token without a scheme', [`Authorization: ${good}`]],
    [
      'a good token in another header',
      [`X-Authorization: Bearer ${good}`, `Proxy-Authorization: Bearer ${good}`],
    ],
    ['a good token in a cookie', [`Cookie: access_token=${good}; Authorization=Bearer ${good}`]],
  ])('holds no token: %s', async (_what, headers) => {
    const reply = await send(...headers);
    expectMissing(target, reply);
    expectNoEcho(reply, good);
    await expectServed();
  });

  it.each([
    ['a tab for the space', `Bearer\t${good}`],
    ['a tab behind the space', `Bearer \t${good}`],
    ['two tokens', `Bearer ${good} ${other}`],
    ['a token twice', `Bearer ${good} ${good}`],
    ['two credentials in a list', `Bearer ${good}, Bearer ${other}`],
    ['another scheme behind', `Bearer ${good}, Basic dXNlcjpw`],
    ['the scheme twice', `Bearer Bearer ${good}`],
    ['a comma behind', `Bearer ${good},`],
    ['quotation marks', `Bearer "${good}"`],
    ['a parameter', `Bearer token=${good}`],
    ['a parameter behind', `Bearer ${good} realm="canary"`],
    ['a colon behind the scheme', `Bearer: ${good}`],
    ['no space', `Bearer${good}`],
    ['padding alone', 'Bearer ===='],
    ['a no-break space', `Bearer\u00a0${good}`],
    ['a next-line character', `Bearer ${good}\u0085`],
    ['a letter beyond ASCII', `Bearer ${good}\u00e9`],
    ['a zero-width space in UTF-8', `Bearer ${good}\u00e2\u0080\u008b`],
    ['15 kB of letters that no token has', `Bearer ${'*'.repeat(15_000)}`],
    ['15 kB of schemes', `Bearer ${'Bearer '.repeat(2_100)}`],
  ])('is malformed: %s', async (_what, value) => {
    const began = performance.now();
    const reply = await send(`Authorization: ${value}`);
    expect(performance.now() - began).toBeLessThan(500);
    expectMalformed(reply);
    expectNoEcho(reply, good);
    await expectServed();
  });

  it.each([
    ['two tokens', [`Authorization: Bearer ${good}`, `Authorization: Bearer ${other}`]],
    ['the same token twice', [`Authorization: Bearer ${good}`, `authorization: Bearer ${good}`]],
    ['a good one and a bad one', [`Authorization: Bearer ${good}`, `Authorization: Bearer ${bad}`]],
    ['Basic first', ['Authorization: Basic dXNlcjpw', `Authorization: Bearer ${good}`]],
    ['Basic last', [`Authorization: Bearer ${good}`, 'AUTHORIZATION: Basic dXNlcjpw']],
    ['an empty one first', ['Authorization:', `Authorization: Bearer ${good}`]],
    ['an empty one last', [`Authorization: Bearer ${good}`, 'Authorization:']],
    [
      'other headers between',
      [`Authorization: Bearer ${good}`, 'X-A: b', 'Accept: */*', `Authorization: Bearer ${good}`],
    ],
  ])('comes once, and not twice: %s', async (_what, headers) => {
    const reply = await send(...headers);
    expectMalformed(reply);
    expectNoEcho(reply, good);
    await expectServed();
  });

  it.each([
    ['NUL', '\u0000'],
    ['SOH', '\u0001'],
    ['backspace', '\b'],
    ['escape', '\u001b[31m'],
    ['a bare line feed', '\ncanary: x'],
    ['a bare carriage return', '\rcanary: x'],
    ['delete', '\u007f'],
  ])('with a control character is a bad request: %s', async (_what, character) => {
    const connection = await target.anotherConnection();
    const reply = await connection.send('GET', '/me', [
      `Authorization: Bearer ${good}${character}`,
      'Connection: close',
    ]);
    connection.close();
    // Node itself refuses it, and closes the connection.
    expect(reply.status).toBe(400);
    expectNoEcho(reply, good);
    await expectServed();
  });

  it.each([
    ['the query', '/me?access_token=x', [], ''],
    ['the query, escaped', '/me?a=1&%61ccess_token=x', [], ''],
    ['the query, the very token', `/me?access_token=${good}`, [], ''],
    ['a form', '/me', [FORM], `access_token=${good}`],
    ['a form with a character set', '/me', [`${FORM}; charset=UTF-8`], 'a=b&access_token=x'],
  ])('and another token in %s are one method too many', async (_where, path, headers, body) => {
    const connection = await target.connection();
    const reply = await connection.send(
      body ? 'POST' : 'GET',
      path,
      [`Authorization: Bearer ${good}`, ...headers],
      body,
    );
    expectMalformed(reply);
    expectNoEcho(reply, good);
    await expectServed();
  });

  it.each([
    ['the query', '/me?access_token=', [], ''],
    ['a form', '/me', [FORM], 'access_token='],
    ['JSON', '/me', ['Content-Type: application/json'], '{"access_token":"x"}'],
  ])('is the only place: a token in %s alone is none', async (_where, path, headers, body) => {
    const connection = await target.connection();
    const [at, with_] = path.endsWith('=')
      ? [path + good, body]
      : [path, body.endsWith('=') ? body + good : body];
    const reply = await connection.send(with_ ? 'POST' : 'GET', at, headers, with_);
    expectMissing(target, reply);
    expectNoEcho(reply, good);
    await expectServed();
  });

  it('does not mind a query, a form and JSON that name something else', async () => {
    const connection = await target.connection();
    const authorization = `Authorization: Bearer ${good}`;
    expect((await connection.send('GET', '/me?page=2&token=x', [authorization])).status).toBe(200);
    expect((await connection.send('POST', '/me', [authorization, FORM], 'token=x')).status).toBe(200);
    const json = [authorization, 'Content-Type: application/json'];
    expect((await connection.send('POST', '/me', json, '{"access_token":"x"}')).status).toBe(200);
  });

  it('HEAD is answered as GET is, without a body', async () => {
    const connection = await target.connection();
    const head = (...headers: string[]) => connection.send('HEAD', '/me', headers);
    expect(await head(`Authorization: Bearer ${good}`)).toMatchObject({ status: 200, text: '' });
    const refused = await head(`Authorization: Bearer ${bad}`);
    expect(refused).toMatchObject({ status: 401, text: '' });
    expect(refused.header('www-authenticate')).toContain('error="invalid_token"');
    const missing = await head();
    expect(missing.status).toBe(401);
    expect(missing.header('www-authenticate')).not.toContain('error=');
    expect((await head(`Authorization: Bearer ${good} ${good}`)).status).toBe(400);
    await expectServed();
  });

  it('OPTIONS reaches no handler, whatever token it has', async () => {
    const connection = await target.connection();
    const { tokenRequests } = target.platform;
    for (const token of [good, bad, 'canary']) {
      const reply = await connection.send('OPTIONS', '/me', [`Authorization: Bearer ${token}`]);
      expect([200, 204, 404]).toContain(reply.status);
      expect(reply.raw).not.toContain(ADELE.oid);
      expect(reply.raw).not.toContain(token);
    }
    expect(target.platform.tokenRequests).toBe(tokenRequests);
    expectInvalidToken(target, await target.get(bad), 'token_signature');
    await expectServed();
  });
});
