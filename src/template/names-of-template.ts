import type { NamedTemplate } from './graphql-names.ts'
import { camelCase, pascalCase } from './letter-case.ts'
import { pluralOf } from './plural-of.ts'

/** The GraphQL names of a template: of its type and of the fields for one and many objects. */
export function namesOfTemplate(
  name: string,
  plural?: string,
): Pick<NamedTemplate, 'typeName' | 'fieldName' | 'pluralName'> {
  return { typeName: pascalCase(name), fieldName: camelCase(name), pluralName: camelCase(plural ?? pluralOf(name)) }
}
