import { parseArgs } from 'node:util';
import { banner, type EnvironmentForm } from './banner.js';
import { EntraEmulator } from './entra-emulator.js';
import { DEMO_SEED } from './seed/demo-seed.js';
import { SeedError } from './seed/emulator-seed.js';
import { readSeedFile } from './seed/read-seed-file.js';
import { isGuid } from './tenants/guid.js';

const USAGE = `Usage: entra-emulator [--port <number>] [--seed <file>] [--tenant <GUID>] [--dotenv]

Starts an identity platform that answers as Microsoft Entra ID does.

  --port <number>   TCP port on localhost (default 8443; 0 takes a free one)
  --seed <file>     JSON file of tenants, users, applications, consents and
                    conditional access (default: a demonstration; its schema
                    is entra-emulator/seed.schema.json)
  --tenant <GUID>   id of the home tenant (default: that of the seed, or random)
  --dotenv          writes a .env file in place of lines for a shell:
                    entra-emulator --dotenv > .env
  --help            shows this text
`;

/** Exit code when the emulator cannot start. */
const FAILED = 1;

/** Exit code for flags that make no sense. */
const BAD_USAGE = 2;

/** What a command line comes to. */
export interface CommandLineResult {
  /** Text for standard output. */
  readonly output?: string;
  /** One sentence for standard error. */
  readonly complaint?: string;
  readonly exitCode: number;
  /** The emulator that was started, for the caller to stop. */
  readonly emulator?: EntraEmulator;
}

interface Flags {
  readonly port: number;
  readonly tenantId: string | undefined;
  readonly seedFile: string | undefined;
  readonly form: EnvironmentForm;
  readonly help: boolean;
}

/** Does what the arguments of the `entra-emulator` command say. */
export async function runCommandLine(args: readonly string[]): Promise<CommandLineResult> {
  const flags = readFlags(args);
  if (typeof flags === 'string') {
    return { complaint: flags, exitCode: BAD_USAGE };
  }
  if (flags.help) {
    return { output: USAGE, exitCode: 0 };
  }
  try {
    const { port, tenantId, seedFile, form } = flags;
    const seed = seedFile === undefined ? DEMO_SEED : await readSeedFile(seedFile);
    const emulator = await EntraEmulator.start({
      port,
      seed,
      ...(tenantId === undefined ? {} : { tenantId }),
    });
    return { output: banner(emulator, seed, form), exitCode: 0, emulator };
  } catch (error) {
    if (error instanceof SeedError) {
      const file = flags.seedFile ?? 'the demonstration';
      return { complaint: `${file} has faults:\n${error.message}`, exitCode: FAILED };
    }
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    const complaint = isTaken
      ? `Port ${flags.port} is in use; choose another with --port.`
      : messageOf(error);
    return { complaint, exitCode: FAILED };
  }
}

/** The flags, or one sentence that says what is wrong with them. */
function readFlags(args: readonly string[]): Flags | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        tenant: { type: 'string' },
        seed: { type: 'string' },
        dotenv: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const port = values.port ?? '8443';
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
      return `--port must be a number from 0 to 65535, but is '${port}'.`;
    }
    if (values.tenant !== undefined && !isGuid(values.tenant)) {
      return `--tenant must be a GUID, but is '${values.tenant}'.`;
    }
    return {
      port: Number(port),
      tenantId: values.tenant,
      seedFile: values.seed,
      form: values.dotenv === true ? 'dotenv' : 'shell',
      help: values.help ?? false,
    };
  } catch (error) {
    return `${messageOf(error).split('. ')[0]?.replace(/\.$/, '')}. See --help.`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
