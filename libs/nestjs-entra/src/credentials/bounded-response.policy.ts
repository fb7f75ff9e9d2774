import { CredentialFault } from './credential-fault.js';

/** A secret of Key Vault has at most 25 kB, and a certificate with its policy not much more. */
const MAX_BYTES = 256 * 1024;

/** A request of Azure's pipeline, as far as it is needed. */
interface PipelineRequest {
  /** Statuses whose body comes as a stream; `Infinity` stands for all. */
  streamResponseStatusCodes?: Set<number>;
}

/** A response of Azure's pipeline, as far as it is needed. */
interface PipelineResponse {
  bodyAsText?: string | null;
  readableStreamBody?: NodeJS.ReadableStream;
}

/**
 * A policy for the pipeline of an Azure client that reads bodies to a bound: the client itself reads them to the end,
 * however far that is. It is added at the position `perRetry`, next to the connection.
 */
export const boundedResponsePolicy = {
  name: 'boundedResponsePolicy',
  async sendRequest<Request extends PipelineRequest, Response extends PipelineResponse>(
    request: Request,
    next: (request: Request) => Promise<Response>,
  ): Promise<Response> {
    request.streamResponseStatusCodes = new Set([Infinity]);
    const response = await next(request);
    const body = response.readableStreamBody;
    if (!body) return response;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > MAX_BYTES) {
        throw new CredentialFault(
          `got an answer of more than ${MAX_BYTES} bytes from the vault or the identity for it; check keyVaultUrl and the proxy.`,
          { isTemporary: true },
        ); // Leaving the loop destroys the stream.
      }
      chunks.push(bytes);
    }
    response.bodyAsText = Buffer.concat(chunks).toString('utf8');
    response.readableStreamBody = undefined;
    return response;
  },
};
