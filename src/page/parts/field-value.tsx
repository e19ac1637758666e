import type { DescribedField, DescribedTemplate } from '../../client/views/described-template.ts'
import { printValue, type SelectedObject } from '../../client/views/selection.ts'

/** The value of a field: references as links, structures as JSON. */
export function FieldValue({
  object,
  field,
  templates,
}: {
  readonly object: SelectedObject
  readonly field: DescribedField
  readonly templates: readonly DescribedTemplate[]
}) {
  const value = object[field.graphqlName]
  if (value === null || value === undefined) return <span class="absent">–</span>
  const single = { ...field, list: false }
  if (field.type === 'reference') {
    const targets = (field.list ? value : [value]) as readonly SelectedObject[]
    return (
      <>
        {targets.map((target, i) => (
          <>
            {i > 0 && ', '}
            <a key={target._meta.uuid} href={`/object/${target._meta.uuid}`}>
              {printValue(target, single, templates)}
            </a>
          </>
        ))}
      </>
    )
  }
  if (field.list && Array.isArray(value))
    return (
      <>
        {value.map((item, i) => (
          <span key={i} class="item">
            {printValue(item, single, templates)}
          </span>
        ))}
      </>
    )
  const text = printValue(value, field, templates)
  if (field.type === 'json' || field.type === 'object') return <code>{text}</code>
  return <>{text}</>
}
