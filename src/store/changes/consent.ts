import { hostname, userInfo } from 'node:os'
import { ConfigError } from '../../errors.ts'
import { printPlan, printRemedy } from '../../template/changes/print-plan.ts'
import { needsConsent, type TemplatePlan } from '../../template/changes/template-plan.ts'

/** Throws `ConfigError` with the plan if it needs a consent that was not given, or cannot be applied. */
export function assertConsent(plan: TemplatePlan, consent: string | undefined): void {
  if (plan.digest !== undefined && (!needsConsent(plan) || consent === plan.digest)) return
  const other =
    consent !== undefined && plan.digest !== undefined
      ? `ACCEPT_TEMPLATES=${consent} is the consent to another plan.\n\n`
      : ''
  throw new ConfigError(
    `The object templates differ from those that were applied last:\n\n${printPlan(plan)}\n\n${other}${printRemedy(plan)}`,
  )
}

/** Who consents: the account and the machine on which the server was started. */
export function consentingUser(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    // The account has no name, as in some containers.
    return `${process.getuid?.() ?? ''}@${hostname()}`
  }
}
