import { AppError } from '../../errors.ts'
import type { Channel } from '../../model/index.ts'
import type { Credentials, GraphClient, GraphResult } from '../../platform/channel/channel.ts'
import type { TemplateApi } from './api.ts'

/** The templates of a channel's business account at Meta; undefined while the channel has no credentials. */
export function createTemplateApi(
  graph: GraphClient,
  { businessAccountId }: Pick<Channel, 'businessAccountId'>,
  credentials: Credentials | undefined,
): TemplateApi | undefined {
  if (!businessAccountId || !credentials) return undefined
  const account = { businessAccountId, accessToken: credentials.accessToken }
  return {
    list: async () => valueOf(await graph.listTemplates(account)),
    // Named one by one: what is handed in may be a stored template with more to it.
    async create({ name, language, category: asked, parameterFormat, components }) {
      const wanted = { name, language, category: asked, parameterFormat, components }
      const { id, status, category } = valueOf(await graph.createTemplate(account, wanted))
      return { id, status, category: category as typeof asked }
    },
    async edit(id, changes) {
      valueOf(await graph.editTemplate(account, id, changes))
    },
    async remove(id, name) {
      valueOf(await graph.deleteTemplate(account, { id, name }))
    },
  }
}

/** A refusal of Meta becomes ours, with the sentence of the table of Meta's errors. */
function valueOf<Value>(result: GraphResult<Value>): Value {
  if (result.ok) return result.value
  const { error } = result.refusal
  throw new AppError(result.kind === 'unreachable' ? 'meta.unreachable' : 'meta.refused', { details: error })
}
