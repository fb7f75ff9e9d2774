import { Injectable } from '@nestjs/common';
import { JwtStrategy, type AccessTokenClaims, type EntraUser } from 'nestjs-entra';

/** Who a subclass of the strategy has seen, to show that it was used. */
export const seenBySubclass: string[] = [];

@Injectable()
export class MyStrategy extends JwtStrategy {
  override async validate(request: unknown, claims: AccessTokenClaims): Promise<EntraUser> {
    const user = (await super.validate(request, claims)) as EntraUser;
    seenBySubclass.push(user.oid);
    return user;
  }
}
