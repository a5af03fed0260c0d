import type { Mutant } from './mutant.ts'

const json = 'backend/platform/store/json/json.test.ts'
const postgres = 'backend/platform/store/postgres/postgres.test.ts'

/** Guards of writes, unique keys and claims, on both stores. */
export const stores: readonly Mutant[] = [
  {
    bug: 'onlyIf of one change is ignored, on both stores',
    file: 'backend/platform/store/collection.ts',
    edits: [['const where = { ...exactly(onlyIf), ...exactly({ id }) }', 'const where = exactly({ id })']],
    caughtBy: [json, postgres],
  },
  {
    bug: 'onlyIf of many changes is ignored, on both stores',
    file: 'backend/platform/store/collection.ts',
    edits: [['where: { ...exactly(onlyIf), ...exactly({ id }) } as', 'where: { ...exactly({ id }) } as']],
    caughtBy: [json, postgres],
  },
  {
    bug: 'the JSON store ignores what a change of one document asks for',
    file: 'backend/platform/store/json/memory/operations.ts',
    edits: [
      [
        'const targets = select(table, { where, sort: pick.sort, limit: pick.limit })',
        "const asked = typeof where['id'] === 'string' ? { id: where['id'] } : where\n      const targets = select(table, { where: asked, sort: pick.sort, limit: pick.limit })",
      ],
    ],
    caughtBy: [json],
  },
  {
    bug: 'the JSON store ignores what each of many changes asks for',
    file: 'backend/platform/store/json/memory/operations.ts',
    edits: [['return document && matches(document, where) ?', 'return document ?']],
    caughtBy: [json],
  },
  {
    bug: 'PostgreSQL is not told what a change of one document asks for',
    file: 'backend/platform/store/postgres/statements.ts',
    edits: [
      [
        'const conditions = whereSql(testsSql(table, where, values))\n',
        "const { id, workspaceId } = where\n  const asked: Where = typeof id === 'string' ? { id, ...(workspaceId === undefined ? {} : { workspaceId }) } : where\n  const conditions = whereSql(testsSql(table, asked, values))\n",
      ],
    ],
    caughtBy: [postgres],
  },
  {
    bug: 'PostgreSQL is not told what each of many changes asks for',
    file: 'backend/platform/store/postgres/update-each.ts',
    edits: [
      [
        '...guardsSql(table, edits, records)]',
        "...guardsSql(table, edits, records).filter((test) => test.includes('workspace_id'))]",
      ],
    ],
    caughtBy: [postgres],
  },
  {
    bug: 'two claims of PostgreSQL get the same document',
    file: 'backend/platform/store/postgres/statements.ts',
    edits: [["const locked = `for update${pick.ifHeld === 'skip' ? ' skip locked' : ''}`", "const locked = ''"]],
    caughtBy: [postgres],
  },
  {
    bug: 'the JSON store takes a second document with a key that is unique',
    file: 'backend/platform/store/json/memory/table.ts',
    edits: [['return this.uniques.find((unique) => unique.ownerOf(document))?.fields', 'return undefined']],
    caughtBy: [json],
  },
  {
    bug: 'the JSON store lets a change take a key that is unique',
    file: 'backend/platform/store/json/memory/table.ts',
    edits: [['if (owner && owner !== before) throw', 'if (!owner && owner === before) throw']],
    caughtBy: [json],
  },
  {
    bug: 'PostgreSQL drops a document with a taken key without a word',
    file: 'backend/platform/store/postgres/statements.ts',
    edits: [
      ["${ifTaken === 'skip' ? ' on conflict do nothing' : ''} returning id", ' on conflict do nothing returning id'],
    ],
    caughtBy: [postgres],
  },
  {
    bug: 'PostgreSQL keeps what a transaction did that failed',
    file: 'backend/platform/store/postgres/transaction.ts',
    edits: [["client.query('rollback'))", "client.query('commit'))"]],
    caughtBy: [postgres],
  },
  {
    bug: 'the JSON store keeps what a transaction did that failed',
    file: 'backend/platform/store/json/engine.ts',
    edits: [['    turn.changes.undo()\n', '']],
    caughtBy: [json],
  },
]
