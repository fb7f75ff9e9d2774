import { describe, expect, it } from 'vitest';
import { graphqlRequest } from './graphql-request.js';

const request = { url: '/graphql' };
const forged = { url: '/forged' };
const decoy = { req: forged, request: forged, reply: { request: forged } };
const info = { fieldName: 'me', schema: {} };

describe('graphqlRequest', () => {
  it.each<[what: string, args: unknown[], expected: object | undefined]>([
    ['a field', [{}, {}, { req: request }, info], request],
    ['a field, as `request`', [{}, {}, { request }, info], request],
    ['a query, whose parent is undefined', [undefined, {}, { req: request }, info], request],
    ['a reference in Apollo Federation', [{ id: '1' }, { req: request }, info], request],
    ['a reference in Mercurius', [{ id: '1' }, {}, { reply: { request } }, info], request],
    ['a loader in Mercurius', [[{ obj: {} }], { reply: { request } }], request],
    ['a field whose arguments look like a context', [decoy, decoy, { req: request }, info], request],
    ['a reference that looks like a context', [decoy, { req: request }, info], request],
    ['a field without a request in its context', [decoy, decoy, {}, info], undefined],
    ['a reference without a request in its context', [decoy, {}, info], undefined],
    ['a loader without a request in its context', [[decoy], {}], undefined],
    ['a context that is no object', [decoy, decoy, undefined, info], undefined],
    ['a request that is no object', [{}, {}, { req: 'GET /' }, info], undefined],
    ['no arguments', [], undefined],
  ])('of %s', (_what, args, expected) => {
    expect(graphqlRequest(args)).toBe(expected);
  });
});
