import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-entra';
import { InspectorModule } from 'nestjs-entra/inspector';
import { CalendarController } from './calendar.controller.js';
import { DocumentsController } from './documents.controller.js';
import { HealthController } from './health.controller.js';
import { MailController } from './mail.controller.js';
import { MeController } from './me.controller.js';
import { PageController } from './page.controller.js';
import { PayrollController } from './payroll.controller.js';
import { SessionController } from './session.controller.js';
import { entraOptions, isDevelopment } from './settings.js';
import { VaultController } from './vault.controller.js';

@Module({
  imports: [
    AuthModule.forRootAsync({
      useFactory: entraOptions,
      injectableDownstreamApis: ['downstream', 'graph', 'payroll'],
    }),
    ...(isDevelopment() ? [InspectorModule] : []),
  ],
  controllers: [
    CalendarController,
    DocumentsController,
    HealthController,
    MailController,
    MeController,
    PageController,
    PayrollController,
    SessionController,
    VaultController,
  ],
})
export class AppModule {}
