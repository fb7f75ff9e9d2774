import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { REQUIREMENTS_METADATA } from '../auth.constants.js';
import { recordDecoration } from '../caller/decorations.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { Requirement } from './requirement.js';
import { ScopesGuard } from './scopes.guard.js';

/** A decorator for a class or a handler. */
export type RouteDecorator = ClassDecorator & MethodDecorator;

/**
 * Adds a requirement to a class or a handler. Whatever stands on either must be met, all of it.
 * @throws ConfigurationError at once when nothing is required: that would let everybody in
 */
export function requirementDecorator(name: string, requirement: Requirement): RouteDecorator {
  const values: unknown[] = [...requirement.scopes, ...requirement.roles];
  const isScope = (value: unknown) => typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value);
  if (values.length === 0 || !values.every(isScope)) {
    const given = values.length === 0 ? 'nothing' : JSON.stringify(values);
    throw new ConfigurationError(
      `${name} was given ${given}; name scopes or roles as they stand in the token, one string each.`,
    );
  }
  return addToRoute(`${name}(${values.join(', ')})`, REQUIREMENTS_METADATA, requirement);
}

/**
 * Adds to what a class or a handler asks for, and puts the guard there that looks after it.
 * @param decorator as it stands in the code
 */
export function addToRoute(decorator: string, metadata: symbol, required: unknown): RouteDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    recordDecoration({ decorator, metadata, value: required }, target, key, descriptor);
    const on = (descriptor?.value as object | undefined) ?? target;
    const others = (Reflect.getMetadata(metadata, on) as unknown[] | undefined) ?? [];
    const decorate = applyDecorators(
      SetMetadata(metadata, [...others, required]),
      ...(others.length === 0 ? [UseGuards(ScopesGuard)] : []),
    );
    decorate(target, key as string, descriptor as TypedPropertyDescriptor<unknown>);
  };
}
