import * as library from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { toAcquisitionError } from '../../libs/nestjs-entra/src/acquisition/platform-error-mapping.js';
import { codeSpan, headings, readMarkdown, tableRows } from './markdown.js';
import { SourceNames } from './source-names.js';

const document = readMarkdown('docs/errors.md');
const names = new SourceNames('errors/error-codes.ts');
const tokenCodes = names.literals('TokenErrorCode');
const codes = names.literals('EntraErrorCode').filter((code) => !tokenCodes.includes(code));

/** One error of every class, as the library makes it. */
const ERRORS: readonly library.EntraAuthError[] = [
  new library.MissingTokenError(),
  new library.MalformedAuthorizationError('m'),
  new library.InsufficientScopeError(['a']),
  new library.AppOnlyCallerError(),
  new library.ClaimsChallengeError('{}', 'm'),
  new library.InteractionRequiredError('m'),
  new library.AccessBlockedError('m'),
  new library.ConsentRequiredError(['a'], 'https://consent', 'm'),
  new library.AssertionRejectedError('m'),
  new library.ClientCredentialError('m'),
  new library.IdentityPlatformUnavailableError('m'),
  new library.NoUserAssertionError('m'),
  new library.ConfigurationError('m'),
];

const rows = tableRows(document);
const cellsUnder = (heading: string) =>
  rows.filter((row) => row.heading === heading).map(({ cells }) => cells);

/** What a cell says when it is a code span, else its text. */
const plain = (cell = '') => codeSpan(cell) ?? cell;

describe('docs/errors.md', () => {
  it('has an entry for every code, and none besides', () => {
    const entries = headings(document).flatMap(({ text }) => (/^[a-z_]+$/.test(text) ? [text] : []));
    expect(entries.toSorted()).toEqual(codes.toSorted());
    const rowsOfTokens = cellsUnder('Tokens that are not accepted').map(([code]) => plain(code));
    expect(rowsOfTokens.toSorted()).toEqual(tokenCodes.toSorted());
  });

  it('names every class that is exported', () => {
    const classes = Object.entries(library)
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof library.EntraAuthError)
      .map(([name]) => name);
    expect(classes.length).toBeGreaterThan(10);
    expect(classes.filter((name) => !document.text.includes(`\`${name}\``))).toEqual([]);
  });

  it('tells class, status, challenge and Retry-After of each as they are', () => {
    const said = cellsUnder('Errors').filter(([code]) => codeSpan(code ?? '') !== undefined);
    const inForce = ERRORS.map((error) => [
      error.code,
      error.name,
      String(error.getStatus()),
      error.challenge ? (error.challenge.error ?? 'without an error code') : 'none',
      error.retryAfterSeconds === undefined ? 'no' : 'yes',
    ]);
    expect(said.map((cells) => cells.map(plain)).toSorted()).toEqual(inForce.toSorted());
    expect(inForce.map(([code]) => code).toSorted()).toEqual(codes.toSorted());
  });

  it('tells the sentence of each refused token as it is', () => {
    for (const [code, sentence] of cellsUnder('Tokens that are not accepted')) {
      const error = new library.InvalidTokenError(plain(code) as library.TokenErrorCode);
      expect([error.getStatus(), error.challenge?.error, error.challenge?.errorDescription]).toEqual([
        401,
        'invalid_token',
        sentence,
      ]);
    }
  });

  it('tells what the codes of the identity platform become as it is', () => {
    const answers = cellsUnder('Which answer of the identity platform becomes what').filter(([aadsts]) =>
      /^\d{5,}$/.test(aadsts ?? ''),
    );
    expect(answers.length).toBeGreaterThan(20);
    const inForce = answers.map(([aadsts, error = '', suberror, claims]) => {
      const details = { aadsts: Number(aadsts), suberror: plain(suberror) || undefined };
      const answer = { error: plain(error), details, ...(claims === 'yes' && { claims: '{}' }) };
      return [aadsts, toAcquisitionError(answer, { scopes: [], consentUri: '' }).code];
    });
    expect(answers.map(([aadsts, , , , becomes]) => [aadsts, plain(becomes)])).toEqual(inForce);
  });

  it.each(['README.md', 'libs/nestjs-entra/README.md'])('agrees with the table of %s', (path) => {
    const table = tableRows(readMarkdown(path)).filter(({ heading }) => heading === 'What a caller gets');
    const said = table.map(({ cells: [, code = '', status] }) => [/`([a-z_]+)`/.exec(code)?.[1], status]);
    const inForce = ERRORS.map((error) => [error.code, String(error.getStatus())]);
    expect(said.toSorted()).toEqual([...inForce, ['token_expired', '401']].toSorted());
  });
});
