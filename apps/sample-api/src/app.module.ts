import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-entra';
import { HealthController } from './health.controller.js';
import { MeController } from './me.controller.js';
import { PayrollController } from './payroll.controller.js';
import { entraOptions } from './settings.js';

@Module({
  imports: [AuthModule.forRootAsync({ useFactory: entraOptions, injectableDownstreamApis: ['downstream'] })],
  controllers: [HealthController, MeController, PayrollController],
})
export class AppModule {}
