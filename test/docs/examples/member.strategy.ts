import { Injectable } from '@nestjs/common';
import { JwtStrategy, type AccessTokenClaims, type EntraUser } from 'nestjs-entra';

export abstract class Members {
  abstract find(key: string): Promise<{ level: string } | undefined>;
}

@Injectable()
export class MemberStrategy extends JwtStrategy {
  constructor(private readonly members: Members) {
    super();
  }

  override async validate(request: unknown, claims: AccessTokenClaims): Promise<unknown> {
    const user = (await super.validate(request, claims)) as EntraUser;
    const member = await this.members.find(`${user.tid}/${user.oid}`);
    return member && { ...user, level: member.level };
  }
}
