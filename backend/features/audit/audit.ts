import { audit as routes } from '../../contract/audit.ts'
import type { Parsed } from '../../contract/route.ts'
import { implement, type Context } from '../../feature.ts'
import type { AuditEntry as ApiAuditEntry } from '../../contract/audit.ts'
import { readPage } from '../pages.ts'

async function listEntries({ store }: Context, query: Parsed<typeof routes.list>['query']) {
  const { actorId, action, from, until } = query
  const range = { ...(from ? { gte: from } : {}), ...(until ? { lt: until } : {}) }
  const { rows, pagination } = await readPage(store.auditEntries, query, {
    where: {
      ...(actorId ? { actorId } : {}),
      ...(action ? { action } : {}),
      ...(from || until ? { createdAt: range } : {}),
    },
    sort: ['createdAt', 'desc'],
  })
  return { entries: rows as ((typeof rows)[number] & Pick<ApiAuditEntry, 'action'>)[], pagination }
}

export const audit = implement(routes, { list: (context, { query }) => listEntries(context, query) })
