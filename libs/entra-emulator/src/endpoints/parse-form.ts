/** The parameters of a form body. */
export interface ParsedForm {
  readonly parameters: ReadonlyMap<string, string>;
  /** True when a parameter comes twice, which RFC 6749 §3.2 forbids. */
  readonly hasDuplicates: boolean;
}

/**
 * Parses a form body. A body of another content type has no parameters, so the first check that misses one answers.
 * Broken percent-encoding stands for itself (WHATWG URL, application/x-www-form-urlencoded).
 */
export function parseForm(body: string, contentType: string | undefined): ParsedForm {
  const mediaType = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  const entries = mediaType === 'application/x-www-form-urlencoded' ? [...new URLSearchParams(body)] : [];
  const parameters = new Map(entries);
  return { parameters, hasDuplicates: parameters.size < entries.length };
}
