import { readFileSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { AuthModule, fromAzureAdSection, parseAppSettings } from 'nestjs-entra';

/** The file of the application in .NET, and over it variables such as AzureAd__ClientSecret. */
const appsettings = () => ({
  entra: {
    ...parseAppSettings(readFileSync(process.env.APPSETTINGS ?? 'appsettings.json')),
    ...process.env,
  },
});

@Module({
  imports: [
    ConfigModule.forRoot({ load: [appsettings] }),
    AuthModule.forRootAsync({
      imports: [ConfigModule],
      inject: [ConfigService],
      useFactory: (config: ConfigService) => fromAzureAdSection(config.getOrThrow<object>('entra')),
    }),
  ],
})
export class AppModule {}
