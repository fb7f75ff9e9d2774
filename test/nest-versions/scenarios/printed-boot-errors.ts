import assert from 'node:assert/strict';
import { ConsoleLogger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, type EntraAuthOptions } from 'nestjs-entra';
import type { Scenario } from '../support/scenario.js';

/** What Nest's own logger writes while an action runs. */
async function printedBy(act: () => Promise<unknown>): Promise<string> {
  const written: string[] = [];
  const originals = [process.stdout.write, process.stderr.write] as const;
  const collect = (chunk: unknown) => {
    written.push(String(chunk));
    return true;
  };
  process.stdout.write = process.stderr.write = collect as typeof process.stdout.write;
  try {
    await act();
  } finally {
    [process.stdout.write, process.stderr.write] = originals;
  }
  return written.join('');
}

export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'a boot error is printed once, without a stack, empty fields or a secret',
    run: async (stage) => {
      const wrong = {
        tenantId: 'contoso',
        clientId: 'my-api',
        clientCredentials: [{ sourceType: 'canary-secret-of-mine' }],
      };

      @Module({ imports: [AuthModule.forRoot(wrong as unknown as EntraAuthOptions)] })
      class RootModule {}

      const printed = await printedBy(() =>
        NestFactory.create(RootModule, stage.httpAdapter(), {
          abortOnError: false,
          logger: new ConsoleLogger(),
        }).catch(() => undefined),
      );
      for (const sentence of ['tenantId is "contoso"', 'clientId is "my-api"', 'sourceType is "(hidden)"']) {
        assert.equal(printed.split(sentence).length - 1, 1, printed);
      }
      assert.doesNotMatch(printed, /\n {4}at |undefined|canary/);
    },
  },
];
