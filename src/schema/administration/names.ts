import { giveWay } from '../../template/graphql-names.ts'
import type { TemplateModel } from '../../template/model.ts'

/** The names of what tells about the registry as a whole; they give way to those of templates. */
export function administrationNamesOf(model: TemplateModel) {
  const type = (name: string) => giveWay(name, 'type', model)
  const field = (name: string) => giveWay(name, 'field', model)
  return {
    types: {
      token: type('Token'),
      tokenState: type('TokenState'),
      createTokenPayload: type('CreateTokenPayload'),
      viewer: type('Viewer'),
      viewerKind: type('ViewerKind'),
      viewerRights: type('ViewerRights'),
      deed: type('AdministrationEntry'),
      deedAction: type('AdministrationAction'),
      deeds: type('AdministrationLog'),
      webhook: type('Webhook'),
      webhookState: type('WebhookState'),
      deadLetter: type('DeadLetter'),
    },
    fields: {
      tokens: field('tokens'),
      viewer: field('viewer'),
      administrationLog: field('administrationLog'),
      webhooks: field('webhooks'),
    },
  } as const
}
