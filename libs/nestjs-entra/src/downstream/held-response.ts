import type { CallDeadline } from './call-deadline.js';

/**
 * Lets go of the signals of whoever made a call when the body of its answer is over: read, broken off, cancelled, or
 * collected as garbage because nobody reads it.
 */
export class HeldResponses {
  readonly #unread = new FinalizationRegistry<() => void>((release) => release());

  /** The same answer, with a body that ends the call. */
  hold(response: Response, deadline: CallDeadline): Response {
    const { body, url, redirected, type } = response;
    if (body === null) {
      deadline.end();
      return response;
    }
    const held = new Response(endingBody(body, deadline), response);
    this.#unread.register(held.body!, deadline.release);
    return Object.defineProperties(held, {
      url: { value: url },
      redirected: { value: redirected },
      type: { value: type },
    });
  }
}

/** The stream keeps the deadline alive: the signal of the caller does not. */
function endingBody(body: NonNullable<Response['body']>, deadline: CallDeadline): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        deadline.signal.addEventListener('abort', () => controller.error(deadline.signal.reason), {
          once: true,
        });
      },
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          controller.close();
          deadline.end();
        } catch (error) {
          deadline.end();
          throw deadline.signal.aborted ? deadline.signal.reason : error;
        }
      },
      cancel(reason) {
        deadline.end();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
