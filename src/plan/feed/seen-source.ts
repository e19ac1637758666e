import type { Template } from '../../template/model.ts'
import type { DocumentForm, VersionSource } from '../past/history-plan.ts'
import { planDocument } from '../past/plan-document.ts'
import { versionSource } from '../past/plan-history.ts'
import type { PlanRequest } from '../plan-request.ts'
import { sourceUnderAnyKey } from '../source.ts'

/** What it takes to show the changes of a template to a caller. */
export interface SeenSource extends VersionSource {
  readonly document: DocumentForm
}

export function planSeenSource(template: Template, request: PlanRequest): SeenSource {
  const { model } = request
  return {
    ...versionSource(sourceUnderAnyKey(request.sourceOrNone(template)), model),
    document: planDocument(template, model),
  }
}
