import { allRights, type Rights } from '../plan/rights.ts'
import type { TemplateModel } from '../template/model.ts'
import { everyone, type Identify, type Identity } from './identity.ts'

/** Who may do what in this registry. */
export interface Access {
  readonly identify: Identify
  /** Gives the rights of identities, for the templates that are served now. */
  readonly serve: (model: TemplateModel) => (identity: Identity) => Rights
}

/** Without role files and ADMIN_TOKEN: everyone may do everything. */
export const openAccess: Access = {
  identify: async () => everyone,
  serve: () => () => allRights,
}
