import { Module, type Type } from '@nestjs/common';
import { AuthModule, type EntraAuthOptions, type EntraAuthOptionsFactory } from 'nestjs-entra';
import { MeController } from './me.controller.js';
import { MyStrategy } from './my.strategy.js';

/** The ways to import `AuthModule`. Options are known at run time alone, hence classes made in functions. */
export function appModules(options: EntraAuthOptions): Record<string, Type> {
  @Module({ imports: [AuthModule.forRoot(options)], controllers: [MeController] })
  class RootModule {}

  @Module({
    imports: [AuthModule.forRootAsync({ useFactory: async () => options, strategy: MyStrategy })],
    controllers: [MeController],
  })
  class FactoryModule {}

  class OptionsFactory implements EntraAuthOptionsFactory {
    createEntraAuthOptions(): EntraAuthOptions {
      return options;
    }
  }

  @Module({ imports: [AuthModule.forRootAsync({ useClass: OptionsFactory })], controllers: [MeController] })
  class ClassModule {}

  return { forRoot: RootModule, useFactory: FactoryModule, useClass: ClassModule };
}
