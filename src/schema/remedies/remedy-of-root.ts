import type { FieldNode, GraphQLObjectType, GraphQLSchema } from 'graphql'
import { didYouMean } from '../../template/suggest.ts'
import { endingsElsewhere, verbsElsewhere } from './elsewhere.ts'
import { printCall } from './print-selection.ts'
import { listRootFields, type RootFields } from './root-fields.ts'

/** What to write instead of a root field that there is not: `createImage`, `allImages`, `images_aggregate`. */
export function remedyOfRoot(schema: GraphQLSchema, parent: GraphQLObjectType, node: FieldNode): string | undefined {
  const name = node.name.value
  const isQuery = parent === schema.getQueryType()
  const other = isQuery ? schema.getMutationType() : schema.getQueryType()
  if (other && Object.hasOwn(other.getFields(), name))
    return `It is a field of ${isQuery ? 'mutations: write mutation' : 'queries: write query'} { ${name} … }.`
  const nearest = didYouMean(name, Object.keys(parent.getFields()))
  if (nearest !== undefined) return nearest
  const found = findTemplate(listRootFields(schema), plain(name))
  return found && printRoot(found, name, isQuery)
}

interface Found {
  readonly kind: keyof typeof verbsElsewhere
  readonly isMany: boolean
  readonly fields: RootFields
}

function printRoot({ kind, isMany, fields }: Found, written: string, isQuery: boolean): string | undefined {
  if (kind === 'read') {
    const call = fields.one && !isMany ? `${printCall(fields.one)} { … }` : printList(fields.many.name, written)
    return isQuery ? `Write ${call}.` : `Write query { ${call} }.`
  }
  const field =
    kind === 'write' ? (isMany ? fields.upsertMany : fields.upsertOne) : isMany ? fields.deleteMany : fields.deleteOne
  if (!field) return undefined
  const [before, after] = isQuery ? ['mutation { ', ' }'] : ['', '']
  if (kind === 'delete') return `Write ${before}${printCall(field)}${isMany ? '' : ' { … }'}${after}.`
  return `Write ${before}${field.name}(input: ${isMany ? '[{…}]' : '{…}'}) { … }${after}; it creates and updates.`
}

function printList(many: string, written: string): string {
  if (/aggregate/i.test(written)) return `${many} { aggregate { count … } }`
  if (/group_?by/i.test(written)) return `${many} { groupBy(by: […]) { … } }`
  return /count/i.test(written) ? `${many} { totalCount }` : `${many} { nodes { … } }`
}

function findTemplate(all: readonly RootFields[], name: string): Found | undefined {
  const stems = listStems(name)
  for (const fields of all) {
    const many = plain(fields.many.name)
    const singular = [plain(fields.type.name), ...(fields.one ? [plain(fields.one.name)] : [])]
    const stem = stems.find(({ text }) => text === many || singular.includes(text))
    if (stem) return { kind: stem.kind, isMany: stem.isMany || stem.text === many, fields }
  }
  return undefined
}

interface Stem {
  readonly kind: Found['kind']
  readonly text: string
  readonly isMany: boolean
}

/** What remains of a name without the verbs and endings that it may have. */
function listStems(name: string): readonly Stem[] {
  const kinds = Object.entries(verbsElsewhere) as [Stem['kind'], readonly string[]][]
  const begun = kinds.flatMap(([kind, verbs]) =>
    verbs.map(plain).flatMap((verb) => {
      const isMany = /many|all|bulk|list|aggregate|groupby|count/.test(verb)
      return name.startsWith(verb) ? [{ kind, text: name.slice(verb.length), isMany }] : []
    }),
  )
  const stems: Stem[] = [...begun, { kind: 'read', text: name, isMany: false }]
  return stems.flatMap((stem) => [
    stem,
    ...endingsElsewhere.map(plain).flatMap((ending) => {
      const isMany = stem.isMany || !/^(?:by|one)/.test(ending)
      return stem.text.endsWith(ending) ? [{ ...stem, isMany, text: stem.text.slice(0, -ending.length) }] : []
    }),
  ])
}

/** Without upper case and underscores, which differ between APIs. */
function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}
