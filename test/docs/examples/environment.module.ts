import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AuthModule, entraEnvironmentSchema } from 'nestjs-entra';

@Module({
  imports: [
    // Reads .env and the environment, and checks what is in them.
    ConfigModule.forRoot({ validationSchema: entraEnvironmentSchema }),
    AuthModule.forRoot(),
  ],
})
export class AppModule {}
