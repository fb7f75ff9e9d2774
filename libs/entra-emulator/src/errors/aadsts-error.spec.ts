import { describe, expect, it } from 'vitest';
import { AadstsError } from './aadsts-error.js';
import { AADSTS_REGISTRY, errorDefinition, isAadstsCode } from './aadsts-registry.js';

const CODES = Object.keys(AADSTS_REGISTRY).map(Number).filter(isAadstsCode);

describe('the registry', () => {
  it.each(CODES)('%d has a status that follows its error, and describes itself without details', (code) => {
    const { status, error, describe: text } = errorDefinition(code);
    expect([400, ...(error === 'invalid_client' ? [401] : [])]).toContain(status);
    expect(text()).toMatch(/\S/);
    expect(text()).not.toMatch(/undefined/);
  });

  it('knows what it knows', () => {
    expect(isAadstsCode(50013)).toBe(true);
    expect(isAadstsCode(1)).toBe(false);
  });
});

describe('AadstsError', () => {
  it('takes suberror and error of the occurrence before those of the registry', () => {
    expect(new AadstsError(50076)).toMatchObject({ error: 'invalid_grant', suberror: 'basic_action' });
    expect(new AadstsError(50076, [], { suberror: null }).suberror).toBeUndefined();
    expect(new AadstsError(50076, [], { suberror: 'message_only' }).suberror).toBe('message_only');
    expect(new AadstsError(90002, [], { error: 'invalid_tenant' }).error).toBe('invalid_tenant');
  });
});
