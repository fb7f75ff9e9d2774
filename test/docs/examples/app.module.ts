import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-entra';
import { MeController } from './me.controller.js';

@Module({
  imports: [
    AuthModule.forRoot({
      instance: process.env.AZURE_AUTHORITY_HOST, // may be unset; another cloud, or the emulator
      tenantId: process.env.AZURE_TENANT_ID!,
      clientId: process.env.AZURE_CLIENT_ID!,
      clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: process.env.AZURE_CLIENT_SECRET! }],
    }),
  ],
  controllers: [MeController],
})
export class AppModule {}
