import { isRefused, type Problem } from '../ask.ts'
import { token } from '../token.ts'
import { TokenForm } from './token-form.tsx'

const titles: Readonly<Record<string, string>> = {
  UNREACHABLE: 'No answer from the registry. What is shown may be out of date; this page keeps trying.',
  SERVICE_UNAVAILABLE: 'The registry is not ready. This page keeps trying.',
  BAD_USER_INPUT: 'This address cannot be shown.',
  FORBIDDEN: 'This registry does not show this to you.',
}

/** Says what went wrong, above what can be shown nevertheless. */
export function ProblemNote({ problem }: { readonly problem: Problem | undefined }) {
  return (
    <>
      <div role="status">
        {problem && (
          <div class="problem">
            <strong>{titleOf(problem)}</strong>
            {problem.messages.map((message) => (
              <p key={message}>{message}</p>
            ))}
          </div>
        )}
      </div>
      {isRefused(problem) && <TokenForm />}
    </>
  )
}

function titleOf(problem: Problem): string {
  if (isRefused(problem))
    return token.value === undefined
      ? 'This registry asks for a token.'
      : 'This registry does not accept the token of this tab.'
  return titles[problem.code] ?? 'The registry reports an error.'
}
