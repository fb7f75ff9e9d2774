import { parseArgs } from 'node:util';
import { EntraEmulator } from './entra-emulator.js';
import { isGuid } from './tenants/guid.js';

const USAGE = `Usage: entra-emulator [--port <number>] [--tenant <GUID>]

Starts an identity platform that answers as Microsoft Entra ID does.

  --port <number>   TCP port on localhost (default 8443; 0 takes a free one)
  --tenant <GUID>   id of the home tenant (default: random)
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
    const { port, tenantId } = flags;
    const emulator = await EntraEmulator.start({ port, ...(tenantId === undefined ? {} : { tenantId }) });
    return { output: banner(emulator), exitCode: 0, emulator };
  } catch (error) {
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
    return { port: Number(port), tenantId: values.tenant, help: values.help ?? false };
  } catch (error) {
    return `${messageOf(error).split('. ')[0]?.replace(/\.$/, '')}. See --help.`;
  }
}

/** Where the emulator is, and what to set for clients to find it. */
function banner({ url, tenantId, caCertificateFile }: EntraEmulator): string {
  return `Entra emulator listens on ${url}
Tenant id: ${tenantId}
CA file:   ${caCertificateFile}

AZURE_AUTHORITY_HOST=${url}
AZURE_TENANT_ID=${tenantId}
NODE_EXTRA_CA_CERTS=${caCertificateFile}
`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
