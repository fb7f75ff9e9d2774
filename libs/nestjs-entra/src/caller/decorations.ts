import { DECORATIONS_METADATA } from '../auth.constants.js';
import { ConfigurationError } from '../errors/configuration.error.js';

/** A decorator of this library on a class or on one of its methods. */
export interface Decoration {
  /** As it stands in the code: `@RequiredScopes(orders.read)`. */
  readonly decorator: string;
  /** The name of the method; `undefined` on a class. */
  readonly key: string | symbol | undefined;
  /** Which metadata it adds to, and what it adds. */
  readonly metadata: symbol;
  readonly value: unknown;
}

/**
 * Records a decorator at the class or prototype that it was applied to, besides the metadata that it leaves on the
 * method itself: that function can be replaced by another decorator or overridden by a subclass, and what stood on it
 * then has no effect. At boot the two are compared.
 *
 * @throws ConfigurationError when the decorator stands on a property, an accessor or a parameter, which no request uses
 */
export function recordDecoration(
  decoration: Omit<Decoration, 'key'>,
  target: object,
  key: string | symbol | undefined,
  descriptor: unknown,
): void {
  if (key !== undefined && !isMethod(descriptor)) {
    const owner = typeof target === 'function' ? target.name : target.constructor.name;
    throw new ConfigurationError(
      `${decoration.decorator} must be on a class or a method; got ${owner}.${String(key)}, which is neither.`,
    );
  }
  const others = ownDecorations(target);
  Reflect.defineMetadata(DECORATIONS_METADATA, [...others, { ...decoration, key }], target);
}

/** The decorators that were applied to a class, to its static methods, or to the methods of a prototype itself. */
export function ownDecorations(target: object): readonly Decoration[] {
  return (Reflect.getOwnMetadata(DECORATIONS_METADATA, target) as readonly Decoration[] | undefined) ?? [];
}

function isMethod(descriptor: unknown): boolean {
  return (
    typeof descriptor === 'object' &&
    descriptor !== null &&
    typeof (descriptor as PropertyDescriptor).value === 'function'
  );
}
