import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

const SOURCE = join(__dirname, '../../libs/nestjs-entra/src/client/index.ts');

describe('nestjs-entra/client in a page', () => {
  let code = '';
  let inputs: string[] = [];

  beforeAll(async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [SOURCE],
      bundle: true,
      minify: true,
      format: 'iife',
      globalName: 'client',
      // For this platform, a module of Node is one that cannot be found.
      platform: 'browser',
      target: 'es2020',
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    code = outputFiles[0]?.text ?? '';
    inputs = Object.keys(metafile.inputs);
  });

  it('has 2 kB at most', () => {
    expect(code.length).toBeGreaterThan(500);
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(2_000);
  });

  it('is made of its own folder alone', () => {
    expect(inputs.length).toBeGreaterThan(1);
    expect(inputs.filter((path) => !path.includes('libs/nestjs-entra/src/client/'))).toEqual([]);
  });

  it('runs on what a browser has, and nothing of Node', async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    const headers = {
      get: () => `Bearer realm="api", error="insufficient_claims", claims="${btoa(claims)}"`,
    };
    const response = { headers, clone: () => ({ json: () => Promise.reject(new Error('no body')) }) };
    const page = createContext({ TextDecoder, atob, response });
    const challenge: unknown = await runInContext(`${code}; client.readChallenge(response)`, page);
    expect(JSON.parse(JSON.stringify(challenge))).toEqual({
      error: 'insufficient_claims',
      claims,
      scopes: [],
    });
  });
});
