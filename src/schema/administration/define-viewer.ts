import type { Rights, Verb } from '../../plan/rights.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { DynamicBuilder } from '../dynamic-builder.ts'
import type { OutputField } from '../lazy/type-definitions.ts'
import type { RequestContext } from '../request-context.ts'
import { administrationNamesOf } from './names.ts'

const kinds = {
  EVERYONE: { description: 'The registry has no rules of access, and tells nobody from others.' },
  ANONYMOUS: { description: 'The request has no token.' },
  ADMIN: { description: 'It has the token of the administrator.' },
  TOKEN: { description: 'It has a token of this registry.' },
  JOB: { description: 'It has the token of a job: an OpenID Connect token of the system that runs it.' },
}
type Kind = keyof typeof kinds

interface Viewer {
  readonly kind: Kind
  readonly actor: string | undefined
  readonly roles: readonly string[]
  readonly isAdmin: boolean
  readonly can: readonly TemplateRights[]
}

interface TemplateRights {
  readonly template: Template
  readonly rights: Rights
}

const verbs = {
  read: 'Whether it may read any of its objects.',
  write: 'Whether it may create or update any.',
  delete: 'Whether it may delete any.',
  import: 'Whether it may give _meta in an input.',
} as const

/** The types that tell callers who the registry takes them for. */
export function defineViewer(builder: DynamicBuilder, model: TemplateModel): void {
  const { types } = administrationNamesOf(model)
  builder.enumeration(types.viewerKind, kinds, 'How a caller is known.')
  builder.object(types.viewerRights, { description: 'What the caller may do with the objects of a template.' }, () => ({
    template: { type: 'String', resolve: ({ template }: TemplateRights) => template.name },
    ...Object.fromEntries(
      Object.entries(verbs).map(([verb, description]): [string, OutputField] => [
        verb,
        {
          type: 'Boolean',
          description,
          resolve: ({ template, rights }: TemplateRights) => rights.granted(verb as Verb, template) !== undefined,
        },
      ]),
    ),
    conditional: {
      type: ['String'],
      description: 'Those of read, write, delete and import that some objects only are granted for.',
      resolve: ({ template, rights }: TemplateRights) =>
        Object.keys(verbs).filter((verb) => {
          const granted = rights.granted(verb as Verb, template)
          return granted !== undefined && granted.kind !== 'always'
        }),
    },
  }))
  builder.object(types.viewer, { description: 'Who the registry takes the caller for.' }, () => ({
    kind: { type: types.viewerKind, resolve: ({ kind }: Viewer) => kind },
    actor: {
      type: 'String',
      nullable: true,
      description: 'What its writes are recorded under, as _meta.createdBy and updatedBy.',
      resolve: ({ actor }: Viewer) => actor,
    },
    roles: {
      type: ['String'],
      description: 'The names of the roles that are for it.',
      resolve: ({ roles }: Viewer) => roles,
    },
    admin: {
      type: 'Boolean',
      description: 'Whether it may administer the registry as a whole.',
      resolve: ({ isAdmin }: Viewer) => isAdmin,
    },
    can: {
      type: [types.viewerRights],
      description: 'What it may do with the objects of each template; without those of which it may do nothing.',
      resolve: ({ can }: Viewer) => can,
    },
  }))
}

/** The root field `viewer`. */
export function viewerField(model: TemplateModel): Record<string, OutputField> {
  const { fields, types } = administrationNamesOf(model)
  return {
    [fields.viewer]: {
      type: types.viewer,
      description: 'Who the registry takes the caller for, and what that one may do.',
      action: { kind: 'load', run: toViewer },
    },
  }
}

const kindOf: Readonly<Record<RequestContext['asker']['kind'], Kind>> = {
  everyone: 'EVERYONE',
  anonymous: 'ANONYMOUS',
  admin: 'ADMIN',
  token: 'TOKEN',
  oidc: 'JOB',
}

function toViewer({ asker, request }: RequestContext): Viewer {
  const { rights, author, model } = request
  const mayAnything = (template: Template) =>
    Object.keys(verbs).some((verb) => rights.granted(verb as Verb, template) !== undefined)
  return {
    kind: kindOf[asker.kind],
    actor: author.actor,
    roles: asker.roles,
    isAdmin: rights.isAdmin,
    can: model.templates.filter(mayAnything).map((template) => ({ template, rights })),
  }
}
