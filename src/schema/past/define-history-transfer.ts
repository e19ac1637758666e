import { createInputError, type InputIssue } from '../../errors.ts'
import { assertWithinLimit } from '../../limits.ts'
import { parseExportCursor } from '../../plan/past/past-cursor.ts'
import { planDocument } from '../../plan/past/plan-document.ts'
import { versionSource } from '../../plan/past/plan-history.ts'
import { planImportedHistory } from '../../plan/past/plan-imported-history.ts'
import type { PlanRequest } from '../../plan/plan-request.ts'
import { assertAll } from '../../plan/rights.ts'
import { type ExportedPage, exportHistory } from '../../store/past/export-history.ts'
import { type HistoryCounts, importHistory } from '../../store/past/import-history.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { quote } from '../../template/quote.ts'
import { didYouMean } from '../../template/suggest.ts'
import { templateOf } from '../../template/template-of.ts'
import type { DynamicBuilder } from '../dynamic-builder.ts'
import type { OutputField } from '../lazy/type-definitions.ts'
import { ownNamesOf } from '../own-names.ts'
import { dryRun } from '../writes/dry-run-argument.ts'

function exportNamesOf(model: TemplateModel) {
  return ownNamesOf('exportHistory', ['ExportedHistory', 'ImportedHistory'], model)
}

/** The types of what moves objects with all that they were to another registry. */
export function defineHistoryTransfer(builder: DynamicBuilder, model: TemplateModel): void {
  const { types } = exportNamesOf(model)
  builder.object(
    types.ExportedHistory,
    { description: 'A page of the versions of all objects of a template.' },
    () => ({
      nodes: {
        type: ['JSON'],
        description: 'The versions by key, oldest first. Those of one key may go on in the next page.',
        resolve: ({ nodes }: ExportedPage) => nodes,
      },
      since: {
        type: 'String',
        nullable: true,
        description: 'On the last page: from when on the past of the template is known, if a part of it is not kept.',
        resolve: ({ since }: ExportedPage) => since,
      },
      endCursor: {
        type: 'String',
        nullable: true,
        description: 'Give it as after to read on; null if there is no more.',
        resolve: ({ endCursor }: ExportedPage) => endCursor,
      },
    }),
  )
  builder.object(types.ImportedHistory, { description: 'How much of what was given was new.' }, () => ({
    objects: {
      type: 'Int',
      description: 'How many objects got versions.',
      resolve: ({ objects }: HistoryCounts) => objects,
    },
    versions: {
      type: 'Int',
      description: 'How many versions these got.',
      resolve: ({ versions }: HistoryCounts) => versions,
    },
    unchanged: {
      type: 'Int',
      description: 'How many objects had all of theirs.',
      resolve: ({ unchanged }: HistoryCounts) => unchanged,
    },
  }))
}

/** The root field `exportHistory`, by its name. */
export function exportHistoryField(model: TemplateModel): Record<string, OutputField> {
  const { field, types } = exportNamesOf(model)
  return {
    [field]: {
      type: types.ExportedHistory,
      description:
        'Everything that the objects of a template are and were, also of those that are gone, for importHistory in another registry. Needs the right to read all objects of the template.',
      args: {
        template: { type: 'String', required: true, description: 'The name of the template.' },
        first: { type: 'Int', default: 100, description: 'The maximum number of versions; at most 1,000.' },
        after: { type: 'String', description: 'The endCursor of the page before.' },
      },
      action: {
        kind: 'load',
        run({ database, request }, { template: name, first, after }) {
          const { model, limits, rights } = request
          const template = findTemplate(name, request)
          assertAll(rights, 'read', template)
          const size = Number(first)
          if (size < 1) refuse('first', 'MINIMUM', `first is ${size}; at least 1 is possible`)
          assertWithinLimit('pageSize', size, limits, { path: ['first'] })
          return exportHistory(database.run, {
            ...versionSource(request.source(template), model),
            document: planDocument(template, model),
            size,
            after: parseExportCursor(after, ['after']),
          })
        },
      },
    },
  }
}

/** The mutation `importHistory`, by its name. */
export function importHistoryField(model: TemplateModel): Record<string, OutputField> {
  const { types } = exportNamesOf(model)
  return {
    importHistory: {
      type: types.ImportedHistory,
      description:
        'Writes what objects were in another registry, as its exportHistory tells it, with all times and authors: all of it or nothing. What is there already stays, so that it can be sent again. An object that has another history here is refused. Needs the rights to import, write and read all objects of the templates, and to delete them if one that is here is deleted in its last version.',
      args: {
        objects: {
          type: ['JSON'],
          required: true,
          description:
            'For each object its template, key and versions, oldest first; after, the version before them, if they are a part. Or a template and since, from when on its past is known.',
        },
        dryRun,
      },
      action: {
        kind: 'load',
        async run({ database, request }, args) {
          const issues: InputIssue[] = []
          const planned = await planImportedHistory(args.objects as readonly unknown[], request, issues)
          for (const to of new Set(planned.histories.flatMap(({ targets }) => targets.map((target) => target.to))))
            assertAll(request.rights, 'read', templateOf(request.model, to))
          if (issues.length > 0) throw createInputError(issues)
          return importHistory(database, request, planned, args.dryRun === true)
        },
      },
    },
  }
}

function findTemplate(name: unknown, { model, introspects }: PlanRequest): Template {
  const template = model.byName.get(String(name))
  if (template) return template
  const hint = introspects ? didYouMean(String(name), model.byName.keys()) : undefined
  return refuse('template', 'NOT_FOUND', [`there is no template ${quote(name)}`, hint].filter(Boolean).join('. '))
}

function refuse(argument: string, code: string, message: string): never {
  throw createInputError([{ path: [argument], code, message }])
}
