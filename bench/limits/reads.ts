/*
 * The limit of reading: Express, one signed-token check without a trip to the store, and one page of 20 conversations or
 * 50 messages out of sorted arrays (memory) or by one indexed query (postgres).
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import express from 'express'
import pg from 'pg'

const { LIMIT = 'memory', PORT = '0', CONVERSATIONS = '10000', MESSAGES = '10', DATABASE_URL } = process.env
const [conversations, perConversation] = [Number(CONVERSATIONS), Number(MESSAGES)]
const words = 'with some more words in it'

type Read = { list: () => Promise<unknown[]>; thread: (id: number) => Promise<unknown[]> }
const read = LIMIT === 'postgres' ? await fromDatabase() : fromMemory()

async function fromDatabase(): Promise<Read> {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 })
  await pool.query(`
    create table lc (id int primary key, phone text, name text, status text, unread int, last_at timestamptz, last_body text, assignee text);
    create table lm (id bigint primary key, conv int, dir text, type text, body text, status text, at timestamptz);
    insert into lc select i, '5511'||(900000000+i), 'Customer '||i, 'open', i%5, now()-(i||' s')::interval, 'Hello, message number 10 of conversation '||i||' ${words}', 'a1' from generate_series(1, ${conversations}) i;
    insert into lm select i::bigint*1000+j, i, case when j%2=0 then 'out' else 'in' end, 'text', 'Hello, message number '||j||' of conversation '||i||' ${words}', 'delivered', now()-((i*10+j)||' s')::interval from generate_series(1, ${conversations}) i, generate_series(1, ${perConversation}) j;
    create index on lc (status, last_at desc, id); create index on lm (conv, at desc, id); analyze lc; analyze lm`)
  return {
    list: async () =>
      (
        await pool.query({
          name: 'list',
          text: "select id, phone, name, status, unread, last_at, last_body, assignee from lc where status = 'open' order by last_at desc limit 20",
        })
      ).rows,
    thread: async (id) =>
      (
        await pool.query({
          name: 'thread',
          text: 'select id, dir, type, body, status, at from lm where conv = $1 order by at desc limit 50',
          values: [id],
        })
      ).rows,
  }
}

function fromMemory(): Read {
  const at = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString()
  const rows = Array.from({ length: conversations }, (_, index) => ({
    id: index + 1,
    phone: `5511${900_000_001 + index}`,
    name: `Customer ${index + 1}`,
    status: 'open',
    unread: index % 5,
    last_at: at(index),
    last_body: `Hello, message number 10 of conversation ${index + 1} ${words}`,
    assignee: 'a1',
  }))
  const threads = rows.map(({ id }) =>
    Array.from({ length: perConversation }, (_, index) => ({
      id: id * 1000 + index,
      dir: index % 2 ? 'in' : 'out',
      type: 'text',
      body: `Hello, message number ${index} of conversation ${id} ${words}`,
      status: 'delivered',
      at: at(id * 10 + index),
    })),
  )
  return { list: async () => rows.slice(0, 20), thread: async (id) => threads[id - 1]!.slice(0, 50) }
}

const sign = (text: string) => createHmac('sha256', 'limit').update(text).digest()
const token = `user1.${sign('user1').toString('base64url')}`

const app = express()
app.disable('x-powered-by')
app.set('etag', false)
app.use((request, response, next) => {
  const [name = '', signature = ''] = (request.get('authorization') ?? '').slice(7).split('.')
  const given = Buffer.from(signature, 'base64url')
  if (given.length === 32 && timingSafeEqual(given, sign(name))) next()
  else response.sendStatus(401)
})
app.get('/conversations', async (_request, response) => void response.json({ items: await read.list() }))
app.get(
  '/messages',
  async (request, response) => void response.json({ items: await read.thread(Number(request.query['conversation'])) }),
)
const server = app.listen(Number(PORT), '127.0.0.1', () =>
  console.log(JSON.stringify({ ...(server.address() as object), token })),
)
