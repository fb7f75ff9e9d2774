import { describe, expect, it } from 'vitest';
import { AppOnlyCallerError, InsufficientScopeError } from './authorization.errors.js';

describe('InsufficientScopeError', () => {
  it('is a 403 insufficient_scope that names the scopes that would do in its challenge', () => {
    const error = new InsufficientScopeError(['Files.Read', 'Files.ReadWrite'], 'the token has none');
    expect(error.name).toBe('InsufficientScopeError');
    expect(error.scopes).toEqual(['Files.Read', 'Files.ReadWrite']);
    expect(error.reason).toBe('the token has none');
    expect(error.challenge).toEqual({
      error: 'insufficient_scope',
      errorDescription: 'The access token lacks a scope or role that this request needs',
      scope: 'Files.Read Files.ReadWrite',
    });
    expect(error.getResponse()).toEqual({
      statusCode: 403,
      error: 'Forbidden',
      message: 'The access token lacks a scope or role that this request needs',
      code: 'insufficient_scope',
    });
  });

  it('names no scope where only roles would do', () => {
    expect(new InsufficientScopeError([]).challenge).not.toHaveProperty('scope');
  });

  it('has its public text as reason where none is given', () => {
    expect(new InsufficientScopeError([]).reason).toBe(
      'The access token lacks a scope or role that this request needs',
    );
  });
});

describe('AppOnlyCallerError', () => {
  it('is a 403 insufficient_scope', () => {
    const error = new AppOnlyCallerError();
    expect(error.name).toBe('AppOnlyCallerError');
    expect(error.reason).toBe('The caller presented an app-only token where a user is needed');
    expect(error.challenge).toEqual({
      error: 'insufficient_scope',
      errorDescription: 'This request needs a signed-in user',
    });
    expect(error.getResponse()).toMatchObject({
      statusCode: 403,
      error: 'Forbidden',
      code: 'app_only_caller',
    });
  });

  it('takes a reason for the log that stays out of the body', () => {
    const error = new AppOnlyCallerError('AADSTS7000114');
    expect(error.reason).toBe('AADSTS7000114');
    expect(JSON.stringify(error.getResponse())).not.toContain('AADSTS7000114');
  });
});
