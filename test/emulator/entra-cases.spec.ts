import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { createWorld, createWorldCertificates, type WorldCertificates } from './support/case-world.js';
import { expectAnswer } from './support/compare-answer.js';
import { isAboutLoops, playCase, readCases } from './support/entra-case.js';

const file = process.env['ENTRA_CASES'] ?? join(import.meta.dirname, 'entra-cases.json');

describe('answers as Entra does', () => {
  let certificates: WorldCertificates;

  beforeAll(async () => {
    certificates = await createWorldCertificates();
  });

  it.each(readCases(file))('$id $request.describes', async (entraCase) => {
    const world = await createWorld(certificates, isAboutLoops(entraCase));
    try {
      expectAnswer(await playCase(world, entraCase), entraCase);
    } finally {
      await world.emulator.stop();
    }
  });
});
