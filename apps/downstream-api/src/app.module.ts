import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-entra';
import { DocumentsController } from './documents.controller.js';
import { EndedSessions } from './ended-sessions.js';
import { PayrollController } from './payroll.controller.js';
import { SessionController } from './session.controller.js';
import { entraOptions } from './settings.js';
import { WhoAmIController } from './who-am-i.controller.js';

@Module({
  imports: [AuthModule.forRootAsync({ useFactory: entraOptions })],
  controllers: [DocumentsController, PayrollController, SessionController, WhoAmIController],
  providers: [EndedSessions],
})
export class AppModule {}
