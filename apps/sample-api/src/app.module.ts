import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-entra';
import { DownstreamClient } from './downstream.client.js';
import { HealthController } from './health.controller.js';
import { MeController } from './me.controller.js';
import { PayrollController } from './payroll.controller.js';
import { entraOptions } from './settings.js';

@Module({
  imports: [AuthModule.forRootAsync({ useFactory: entraOptions })],
  controllers: [HealthController, MeController, PayrollController],
  providers: [DownstreamClient],
})
export class AppModule {}
