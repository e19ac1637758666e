import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type DescribedTemplate, findTemplate, keyFieldsOf } from '../../client/views/described-template.ts'
import {
  followObject,
  listAdditional,
  listReferrers,
  type ObjectAnswer,
  planObject,
  planObjectType,
  type Referrer,
  type ReferrerAnswer,
} from '../../client/views/object-view.ts'
import { keyOf, printKey, printValue } from '../../client/views/selection.ts'
import { hrefOf } from '../address.ts'
import { commandOfObject } from '../command.ts'
import { FieldValue } from '../parts/field-value.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SameElsewhere } from '../parts/same-elsewhere.tsx'
import { useTitle } from '../parts/template-head.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { useLive } from '../use-live.ts'
import { Versions } from './versions.tsx'

interface Properties {
  readonly uuid: string
  readonly templates: readonly DescribedTemplate[]
}

/** `/object/UUID`: the fields of an object, what it refers to, and what refers to it. */
export function ObjectPage({ uuid, templates }: Properties) {
  const knownType = useSignal<string | undefined>(undefined)
  const known = templates.find((one) => one.type === knownType.value)
  const followed = known ? followObject(uuid, known, templates) : []
  const { shown, problem } = useLive<string, { object: { type: string } | null }>(uuid, planObjectType(uuid), followed)
  const type = shown?.data.object?.type
  const template = templates.find((one) => one.type === type)
  useEffect(() => {
    // An object that is deleted may be there again.
    if (type !== undefined) knownType.value = type
  }, [type])
  return (
    <>
      <ProblemNote problem={problem} />
      {shown && !shown.data.object && !problem && (
        <div class="title">
          <h1>No such object</h1>
          <p>
            No object has the uuid <code>{uuid}</code>. It may have been deleted, and created again under another uuid.
          </p>
        </div>
      )}
      {template && <KnownObject uuid={uuid} template={template} templates={templates} />}
    </>
  )
}

function KnownObject({ uuid, template, templates }: Properties & { readonly template: DescribedTemplate }) {
  const operation = planObject(uuid, template, templates)
  const { shown, problem } = useLive<string, ObjectAnswer>(uuid, operation, followObject(uuid, template, templates))
  const object = shown?.data.object
  const name = object ? printKey(object, template, templates) : ''
  useTitle(name || 'Object')
  if (!shown || !object) return <ProblemNote problem={problem} />
  const { version, createTime, updateTime, createdBy, updatedBy, createdFor, updatedFor } = object._meta
  const key = keyFieldsOf(template).map((field) => {
    const value = object[field.graphqlName]
    const isReference = field.type === 'reference' && value !== null
    return [
      field.name,
      isReference
        ? keyOf(value as Record<string, unknown>, findTemplate(templates, field.to ?? ''), templates)
        : printValue(value, field, templates),
    ] as const
  })
  return (
    <>
      <div class="title">
        <nav aria-label="Where you are">
          <a href="/">Registry</a> <span aria-hidden="true">/</span>{' '}
          <a href={`/list/${template.name}`}>{template.name}</a> <span aria-hidden="true">/</span>
        </nav>
        <h1>{name}</h1>
      </div>
      <ProblemNote problem={problem} />
      <div class="columns">
        <section aria-labelledby="fields">
          <h2 id="fields">Fields</h2>
          <dl class="facts">
            {template.fields.map((field) => (
              <div key={field.name}>
                <dt>
                  {field.name}
                  {field.key && <span class="tag">key</span>}
                  {field.deprecated && (
                    <span class="tag" title={field.deprecated}>
                      deprecated
                    </span>
                  )}
                  {field.description && <small>{field.description}</small>}
                </dt>
                <dd>
                  <FieldValue object={object} field={field} templates={templates} />
                </dd>
              </div>
            ))}
            {listAdditional(object, template).map(([attribute, value]) => (
              <div key={attribute}>
                <dt>
                  {attribute}
                  <span class="tag">additional</span>
                </dt>
                <dd>{typeof value === 'string' ? value : <code>{JSON.stringify(value)}</code>}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section aria-labelledby="record">
          <h2 id="record">Record</h2>
          <dl class="facts">
            <div>
              <dt>updated</dt>
              <dd>
                <TimeAgo time={updateTime} isExact /> {updatedBy && `by ${updatedBy}`}
                {updatedFor && ` for ${updatedFor}`}
              </dd>
            </div>
            <div>
              <dt>created</dt>
              <dd>
                <TimeAgo time={createTime} isExact /> {createdBy && `by ${createdBy}`}
                {createdFor && ` for ${createdFor}`}
              </dd>
            </div>
            <div>
              <dt>version</dt>
              <dd>{version}</dd>
            </div>
            <div>
              <dt>uuid</dt>
              <dd>
                <code>{uuid}</code>
              </dd>
            </div>
          </dl>
        </section>
      </div>
      <Versions uuid={uuid} template={template} templates={templates} />
      {listReferrers(template, templates).map((referrer, i) => (
        <Referrers
          key={`${referrer.template.name}.${referrer.field.name}`}
          referrer={referrer}
          answer={shown.data[`from${i}`] as ReferrerAnswer | null}
          target={keyOf(object, template, templates)}
          templates={templates}
        />
      ))}
      <SameElsewhere operation={operation} command={commandOfObject(template, key)} />
    </>
  )
}

function Referrers({
  referrer: { template, field },
  answer,
  target,
  templates,
}: {
  readonly referrer: Referrer
  readonly answer: ReferrerAnswer | null
  /** The key that the field has. */
  readonly target: unknown
  readonly templates: readonly DescribedTemplate[]
}) {
  if (!answer) return null
  const isText = typeof target === 'string'
  const parameters = new URLSearchParams({
    [isText ? field.name : `${field.name}:`]: isText ? target : JSON.stringify(target),
  })
  const id = `from-${template.name}-${field.name}`.replace(/[^\w-]/g, '-')
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        {template.plural} <span class="quiet">whose {field.name} is this</span>{' '}
        <span class="count">{answer.totalCount}</span>
      </h2>
      {answer.nodes.length > 0 && (
        <ul class="links">
          {answer.nodes.map((node) => (
            <li key={node._meta.uuid}>
              <a href={`/object/${node._meta.uuid}`}>{printKey(node, template, templates)}</a>
              <span class="quiet">
                <TimeAgo time={node._meta.updateTime} />
                {node._meta.updatedBy && ` by ${node._meta.updatedBy}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {answer.totalCount > 0 && (
        <p>
          <a href={hrefOf(`/list/${template.name}`, parameters)}>All {answer.totalCount} as a list</a>
        </p>
      )}
    </section>
  )
}
