import type { DescribedTemplate } from '../client/views/described-template.ts'
import { type LastWrite, mostOverviewed, type OverviewAnswer, planOverview } from '../client/views/overview.ts'
import { ProblemNote } from './parts/problem-note.tsx'
import { SameElsewhere } from './parts/same-elsewhere.tsx'
import { hasMatrix, useTitle } from './parts/template-head.tsx'
import { TimeAgo } from './parts/time-ago.tsx'
import { TokenForm } from './parts/token-form.tsx'
import { token } from './token.ts'
import { useLive } from './use-live.ts'

/** `/`: the templates, how many objects they have, and who wrote last. */
export function OverviewPage({ templates }: { readonly templates: readonly DescribedTemplate[] }) {
  useTitle('Overview')
  const parts = Array.from({ length: Math.ceil(templates.length / mostOverviewed) }, (_, i) =>
    templates.slice(i * mostOverviewed, (i + 1) * mostOverviewed),
  )
  return (
    <>
      <div class="title">
        <h1>Overview</h1>
        <p class="quiet">
          {templates.length} {templates.length === 1 ? 'kind' : 'kinds'} of objects
        </p>
      </div>
      {templates.length === 0 && <Nothing />}
      <ul class="cards">
        {parts.map((part) => (
          <OverviewPart key={part[0]?.name} templates={part} />
        ))}
      </ul>
      <SameElsewhere operation={planOverview(parts[0] ?? [])} command="registry ls" />
    </>
  )
}

/** Every registry has templates; who sees none may read none. */
function Nothing() {
  return (
    <>
      <p>
        {token.value === undefined ? 'This registry shows nothing without a token.' : 'This token may read nothing.'}
      </p>
      {token.value === undefined && <TokenForm />}
    </>
  )
}

function OverviewPart({ templates }: { readonly templates: readonly DescribedTemplate[] }) {
  const all = templates.map((template) => ({ template }))
  const { shown, problem } = useLive<readonly DescribedTemplate[], OverviewAnswer>(
    templates,
    planOverview(templates),
    all,
  )
  const data = shown?.data
  return (
    <>
      {problem && (
        <li class="wide">
          <ProblemNote problem={problem} />
        </li>
      )}
      {templates.map((template, i) => {
        const listed = data?.templates.find(({ name }) => name === template.name)
        const last = (data?.[`last${i}`] as LastWrite | null | undefined)?.nodes[0]?._meta
        return (
          <li key={template.name} class="card">
            <div class="row">
              <h2>
                <a href={`/list/${template.name}`}>{template.name}</a>
              </h2>
              <div class="grow" />
              <span class="count">{listed === undefined ? '…' : listed.count.toLocaleString('en')}</span>
            </div>
            <p>{template.description}</p>
            <p class="quiet">
              {last ? (
                <>
                  Last write <TimeAgo time={last.updateTime} />
                  {last.updatedBy && ` by ${last.updatedBy}`}
                </>
              ) : (
                data && 'Nothing written yet'
              )}
              {listed && listed.state !== 'ACTIVE' && <span class="state"> {listed.state.toLowerCase()}</span>}
            </p>
            <p class="row">
              <a class="button" href={`/list/${template.name}`}>
                Objects
              </a>
              {hasMatrix(template) && (
                <a class="button" href={`/matrix/${template.name}`}>
                  Matrix
                </a>
              )}
            </p>
          </li>
        )
      })}
    </>
  )
}
