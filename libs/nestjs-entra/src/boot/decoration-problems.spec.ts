import 'reflect-metadata';
import { Controller, Get, Injectable, SetMetadata } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { Query, ResolveField, Resolver } from '@nestjs/graphql';
import { describe, expect, it } from 'vitest';
import { Public } from '../authentication/public.decorator.js';
import { RequiredAppRoles } from '../authorization/required-app-roles.decorator.js';
import { RequiredAuthContext } from '../authorization/required-auth-context.decorator.js';
import { RequiredScopes } from '../authorization/required-scopes.decorator.js';
import { DownstreamScopes } from '../downstream/downstream-scopes.decorator.js';
import type { ApplicationClass } from './application-classes.js';
import { decorationProblems } from './decoration-problems.js';

type Class = ApplicationClass['type'];
const controller = (type: Class) => ({ type, isController: true });
const provider = (type: Class) => ({ type, isController: false });

/** Wraps a method and copies its metadata, as decorators should. */
const Copied = (): MethodDecorator => (_target, _key, descriptor) => {
  const original: object = descriptor.value as never;
  const wrapped = () => undefined;
  for (const key of Reflect.getMetadataKeys(original)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapped);
  }
  descriptor.value = wrapped as never;
};

const Traced = (): MethodDecorator => (_target, _key, descriptor) => {
  descriptor.value = (() => undefined) as never;
};

class ReportsBase {
  @Get()
  @RequiredScopes('reports.read')
  all() {}

  @Get('public')
  @Public()
  open() {}

  @Get('token')
  @DownstreamScopes('User.Read')
  token() {}
}

describe('decorationProblems', () => {
  it('has none for decorators that are in force', () => {
    @Controller()
    @RequiredScopes('access_as_user')
    class ReportsController {
      @Get()
      @RequiredScopes('reports.read')
      @RequiredAuthContext('c1')
      all() {}

      @RequiredScopes('reports.read')
      @Get('above')
      @Traced()
      above() {}

      @Get('copied')
      @Copied()
      @RequiredScopes('reports.read')
      copied() {}

      @Get('twice')
      @Public(false)
      @Public()
      twice() {}

      @MessagePattern('reports')
      @RequiredScopes('reports.read')
      message() {}
    }
    @Resolver()
    @RequiredScopes('access_as_user')
    class ReportsResolver {
      @Query(() => String)
      @RequiredScopes('reports.read')
      reports() {}

      @ResolveField(() => String)
      @RequiredScopes('reports.read')
      author() {}
    }
    expect(decorationProblems([controller(ReportsController), provider(ReportsResolver)])).toEqual([]);
  });

  it('has none for a method that a transport may serve which it does not know', () => {
    @Injectable()
    class Tools {
      @SetMetadata('mcp:tool', {})
      @RequiredScopes('reports.read')
      tool() {}

      @SetMetadata(Symbol('RABBIT_HANDLER') as never, {})
      @RequiredScopes('reports.read')
      message() {}
    }
    expect(decorationProblems([provider(Tools)])).toEqual([]);
  });

  it('has none for a subclass that inherits a method, repeats a requirement, or takes the route away', () => {
    class InheritingController extends ReportsBase {}
    class RepeatingController extends ReportsBase {
      @Get()
      @RequiredScopes('reports.write')
      override all() {}
    }
    class HidingController extends ReportsBase {
      override all() {}
    }
    const classes = [InheritingController, RepeatingController, HidingController].map(controller);
    expect(decorationProblems(classes)).toEqual([]);
  });

  it('has none for a subclass that overrides what opened a route or acquired tokens: it is closed, and lacks nothing', () => {
    class OverridingController extends ReportsBase {
      @Get('public')
      override open() {}

      @Get('token')
      override token() {}
    }
    expect(decorationProblems([controller(OverridingController)])).toEqual([]);
  });

  it('has none for a subclass whose method says itself that it is open', () => {
    class OpeningController extends ReportsBase {
      @Get()
      @Public()
      override all() {}
    }
    expect(decorationProblems([controller(OpeningController)])).toEqual([]);
  });

  it('has none for a base class of a controller that a service extends as well', () => {
    class ReportsController extends ReportsBase {}
    class ReportsService extends ReportsBase {}
    expect(decorationProblems([controller(ReportsController), provider(ReportsService)])).toEqual([]);
    expect(decorationProblems([provider(ReportsService)])).not.toEqual([]);
  });

  it('names a requirement of a class that another decorator replaced, and of its base class', () => {
    const Replaced = ((type: object) => new Proxy(type, {})) as ClassDecorator;
    @Replaced
    @RequiredScopes('reports.read')
    class ReportsController {
      @Get()
      all() {}
    }
    @Replaced
    @RequiredScopes('reports.write')
    class WritingController extends ReportsController {}
    @Controller()
    class HeirController extends WritingController {}
    expect(decorationProblems([ReportsController, HeirController].map(controller))).toEqual([
      'ReportsController has @RequiredScopes(reports.read) without effect, because another decorator replaced the class and dropped its metadata; move @RequiredScopes above that decorator, or make that decorator copy the metadata to the new class.',
      expect.stringMatching(/^HeirController has @RequiredScopes\(reports\.write\) without effect/),
      expect.stringMatching(/^HeirController has @RequiredScopes\(reports\.read\) without effect/),
    ]);
    @RequiredScopes('reports.read')
    @Replaced
    class OutsideController extends ReportsBase {}
    expect(decorationProblems([controller(OutsideController)])).toEqual([]);
  });

  it('has none for a class without a constructor of its own on its prototype', () => {
    class Bare {}
    Object.defineProperty(Bare.prototype, 'constructor', { value: undefined });
    expect(decorationProblems([provider(Bare)])).toEqual([]);
  });

  it('has none for @Public() that opens nothing, and for a controller without routes', () => {
    @Public()
    class Reports {
      @Public()
      all() {}
    }
    @RequiredScopes('reports.read')
    class EmptyController {}
    expect(decorationProblems([provider(Reports), controller(EmptyController)])).toEqual([]);
  });

  it('names a base class once, however many subclasses it has', () => {
    class WrappedBase {
      @Get()
      @Traced()
      @RequiredScopes('reports.read')
      all() {}
    }
    class FirstController extends WrappedBase {}
    class SecondController extends WrappedBase {}
    expect(decorationProblems([FirstController, SecondController].map(controller))).toEqual([
      expect.stringMatching(/^WrappedBase\.all has @RequiredScopes\(reports\.read\) without effect/),
    ]);
  });

  it('names a requirement that an override further down drops, past one that repeats it', () => {
    class MiddleBase extends ReportsBase {
      @Get()
      @RequiredAppRoles('Admin')
      override all() {}
    }
    class LastController extends MiddleBase {
      @Get()
      override all() {}
    }
    expect(decorationProblems([controller(LastController)])).toEqual([
      'LastController.all overrides MiddleBase.all without its @RequiredAppRoles(Admin); repeat the decorator on the method that overrides.',
      'LastController.all overrides ReportsBase.all without its @RequiredScopes(reports.read); repeat the decorator on the method that overrides.',
    ]);
  });

  it('names a method that something replaced at runtime', () => {
    @Controller()
    class ReportsController {
      @Get()
      @RequiredScopes('reports.read')
      all() {}
    }
    ReportsController.prototype.all = () => undefined;
    expect(decorationProblems([controller(ReportsController)])).toEqual([
      expect.stringMatching(/^ReportsController\.all has @RequiredScopes\(reports\.read\) without effect/),
    ]);
  });
});
