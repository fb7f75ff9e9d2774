import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-entra';
import { PayrollController } from './payroll.controller.js';
import { entraOptions } from './settings.js';
import { WhoAmIController } from './who-am-i.controller.js';

@Module({
  imports: [AuthModule.forRootAsync({ useFactory: entraOptions })],
  controllers: [PayrollController, WhoAmIController],
})
export class AppModule {}
