import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-entra';
import { entraOptions } from './settings.js';
import { WhoAmIController } from './who-am-i.controller.js';

@Module({
  imports: [AuthModule.forRootAsync({ useFactory: entraOptions })],
  controllers: [WhoAmIController],
})
export class AppModule {}
