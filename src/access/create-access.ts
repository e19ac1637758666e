import type { GraphQLSchema } from 'graphql'
import { defaultLimits, type Limits } from '../limits.ts'
import { allRights, type Rights } from '../plan/rights.ts'
import type { TemplateModel } from '../template/model.ts'
import { createRights } from './create-rights.ts'
import { everyone, type Identify, type Identity } from './identity.ts'
import type { Role } from './role.ts'

/** Who may do what in this registry. */
export interface Access {
  readonly identify: Identify
  /** Gives the rights of identities, for the templates that are served now. */
  readonly serve: (model: TemplateModel, schema: GraphQLSchema) => (identity: Identity) => Rights
  /** The names of the templates of which some caller may read only some objects: a reference to one of those can be null. */
  readonly conditionalReads: (model: TemplateModel) => ReadonlySet<string>
}

/** Without role files and ADMIN_TOKEN: everyone may do everything. */
export const openAccess: Access = {
  identify: async () => everyone,
  serve: () => () => allRights,
  conditionalReads: () => new Set(),
}

/** Only what the roles grant. The identities that `identify` finds have roles of these. */
export function createAccess(given: {
  readonly roles: readonly Role[]
  readonly identify: Identify
  /** Those of the conditions of roles. */
  readonly limits?: Limits
}): Access {
  const { roles, identify, limits = defaultLimits } = given
  return {
    identify,
    serve: (model, schema) => createRights(roles, { model, schema, limits }),
    conditionalReads: (model) => conditionalReads(roles, model),
  }
}

/**
 * Also those that some caller may not read at all: a reference to an object of such a template cannot be selected by that caller, so
 * they are not among them.
 */
function conditionalReads(roles: readonly Role[], model: TemplateModel): ReadonlySet<string> {
  const grants = roles
    .flatMap(({ may }) => may)
    .filter(({ verb, where }) => (verb === 'read' || verb === 'admin') && where !== undefined)
  const names = grants.flatMap(({ templates }) =>
    templates === 'all' ? model.templates.map(({ name }) => name) : templates,
  )
  return new Set(names.filter((name) => model.byName.has(name)))
}
