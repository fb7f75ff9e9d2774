import { Injectable } from '@nestjs/common';
import { JwtStrategy, type AccessTokenClaims, type EntraUser } from 'nestjs-entra';

export interface Member extends EntraUser {
  readonly level: string;
}

export abstract class Members {
  abstract find(key: string): Promise<{ level: string } | undefined>;
}

@Injectable()
export class MemberStrategy extends JwtStrategy {
  constructor(private readonly members: Members) {
    super();
  }

  override async validate(request: unknown, claims: AccessTokenClaims): Promise<Member | undefined> {
    const user = (await super.validate(request, claims)) as EntraUser;
    const member = await this.members.find(`${user.tid}/${user.oid}`);
    return member && { ...user, level: member.level };
  }
}
