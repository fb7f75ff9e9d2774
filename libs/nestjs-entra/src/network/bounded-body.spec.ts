import { describe, expect, it, vi } from 'vitest';
import { readBounded } from './bounded-body.js';

/** A body of these chunks; tells when it is cancelled. */
function bodyOf(chunks: (string | Uint8Array)[], onCancel = () => undefined): ReadableStream<Uint8Array> {
  const left = chunks.map((chunk) => (typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk));
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = left.shift();
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
}

describe('readBounded', () => {
  it('gives the empty text for no body', async () => {
    expect(await readBounded(null, 10)).toBe('');
  });

  it('joins the chunks, also in the middle of a character', async () => {
    const euro = new TextEncoder().encode('€');
    expect(await readBounded(bodyOf(['a', euro.slice(0, 1), euro.slice(1), 'b']), 10)).toBe('a€b');
  });

  it('reads exactly up to the bound', async () => {
    expect(await readBounded(bodyOf(['12345', '67890']), 10)).toBe('1234567890');
    expect(await readBounded(bodyOf(['12345', '678901']), 10)).toBeUndefined();
  });

  it('counts bytes, not characters', async () => {
    expect(await readBounded(bodyOf(['€€€€']), 11)).toBeUndefined();
  });

  it('does not read on behind the bound, and cancels the rest', async () => {
    const cancel = vi.fn();
    const body = bodyOf(['x'.repeat(11), 'never'], cancel);
    expect(await readBounded(body, 10)).toBeUndefined();
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it('fails as the body fails', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.error(new Error('reset'));
      },
    });
    await expect(readBounded(body, 10)).rejects.toThrow('reset');
  });
});
