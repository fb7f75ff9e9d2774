import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './markdown.js';

const LIBRARY = join(ROOT, 'libs/nestjs-entra/src');

/** The names that the types of source files of the library declare. */
export class SourceNames {
  readonly #paths: readonly string[];
  readonly #statements: readonly ts.Statement[];

  /** @param paths from `libs/nestjs-entra/src` */
  constructor(...paths: string[]) {
    this.#paths = paths;
    this.#statements = paths.flatMap((path) => {
      const text = readFileSync(join(LIBRARY, path), 'utf8');
      return [...ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true).statements];
    });
  }

  /** Members of an interface, without its literal members: of a credential, those beside `sourceType`. */
  members(name: string): string[] {
    return this.propertiesOf(name)
      .filter(({ type }) => !(type && ts.isLiteralTypeNode(type)))
      .map((property) => property.name.getText());
  }

  /** Members of an interface whose type is another interface of these files: `network` → `NetworkOptions`. */
  nested(name: string): [member: string, type: string][] {
    return this.propertiesOf(name).flatMap(({ name: member, type }) => {
      const typeName = type && ts.isTypeReferenceNode(type) ? type.typeName.getText() : undefined;
      return typeName !== undefined && this.find(typeName, ts.isInterfaceDeclaration)
        ? [[member.getText(), typeName] as [string, string]]
        : [];
    });
  }

  /** The interfaces of a union, each with the value of its literal member. */
  kinds(union: string, discriminator: string): [kind: string, type: string][] {
    return this.unionOf(union).map((type) => {
      const typeName = type.getText();
      const literal = this.propertiesOf(typeName).find(({ name }) => name.getText() === discriminator)?.type;
      return [literal ? textOfLiteral(literal) : '', typeName];
    });
  }

  /** The string literals of a union, those of unions in it included. */
  literals(union: string): string[] {
    return this.unionOf(union).flatMap((type) =>
      ts.isTypeReferenceNode(type) ? this.literals(type.typeName.getText()) : [textOfLiteral(type)],
    );
  }

  private propertiesOf(name: string): ts.PropertySignature[] {
    const declaration = this.find(name, ts.isInterfaceDeclaration);
    if (!declaration) throw new Error(`${this.#paths.join()} declares no interface ${name}`);
    return declaration.members.filter(ts.isPropertySignature);
  }

  private unionOf(name: string): readonly ts.TypeNode[] {
    const type = this.find(name, ts.isTypeAliasDeclaration)?.type;
    if (!type || !ts.isUnionTypeNode(type))
      throw new Error(`${this.#paths.join()} declares no union ${name}`);
    return type.types;
  }

  private find<T extends ts.DeclarationStatement>(
    name: string,
    isKind: (node: ts.Node) => node is T,
  ): T | undefined {
    return this.#statements.filter(isKind).find((statement) => statement.name?.text === name);
  }
}

function textOfLiteral(type: ts.TypeNode): string {
  if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return type.literal.text;
  throw new Error(`${type.getText()} is no string literal`);
}
