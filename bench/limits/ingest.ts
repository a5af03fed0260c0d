/*
 * The limit of webhook ingest: Express parses the body, checks Meta's signature over the raw bytes and then does no more
 * than LIMIT says before it answers 200.
 * - ack:     nothing
 * - file:    one append per group of requests, fdatasync, then 200
 * - pgbatch: one multi-row INSERT per group, at most two under way, then 200
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { fdatasync, openSync, write } from 'node:fs'
import { join } from 'node:path'
import express, { type Request } from 'express'
import pg from 'pg'
import { appSecret } from '../webhooks.ts'

type Message = { id: string; from: string; timestamp: string; type: string; text: { body: string } }
type Keep = (message: Message, raw: Buffer, done: () => void) => void

const { LIMIT = 'ack', PORT = '0', FOLDER = '.', DATABASE_URL } = process.env

const keep: Keep =
  LIMIT === 'file' ? keepInFile() : LIMIT === 'pgbatch' ? await keepInDatabase() : (_message, _raw, done) => done()

function keepInFile(): Keep {
  const file = openSync(join(FOLDER, 'limit.ndjson'), 'a')
  let waiting: { line: string; done: () => void }[] = []
  let busy = false
  const flush = () => {
    busy = true
    const batch = waiting
    waiting = []
    write(file, batch.map(({ line }) => line).join(''), null, 'utf8', (failed) => {
      if (failed) throw failed
      fdatasync(file, (unsynced) => {
        if (unsynced) throw unsynced
        for (const { done } of batch) done()
        busy = false
        if (waiting.length > 0) flush()
      })
    })
  }
  return (message, _raw, done) => {
    waiting.push({ line: `${JSON.stringify(message)}\n`, done })
    if (!busy) flush()
  }
}

async function keepInDatabase(): Promise<Keep> {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 })
  await pool.query(
    'create table if not exists limit_messages (id bigserial primary key, wamid text unique, wa_id text not null, at timestamptz, type text, body text, raw jsonb)',
  )
  let waiting: { message: Message; raw: Buffer; done: () => void }[] = []
  let flying = 0
  const flush = () => {
    while (waiting.length > 0 && flying < 2) {
      flying++
      const batch = waiting.splice(0, 200)
      void insert(batch)
    }
  }
  const insert = async (batch: typeof waiting) => {
    const column = (pick: (entry: (typeof batch)[number]) => unknown) => batch.map(pick)
    await pool.query({
      name: 'limit',
      text: 'insert into limit_messages (wamid, wa_id, at, type, body, raw) select a, b, to_timestamp(c), d, e, f::jsonb from unnest($1::text[], $2::text[], $3::float8[], $4::text[], $5::text[], $6::text[]) as t (a, b, c, d, e, f) on conflict (wamid) do nothing',
      values: [
        column(({ message }) => message.id),
        column(({ message }) => message.from),
        column(({ message }) => Number(message.timestamp)),
        column(({ message }) => message.type),
        column(({ message }) => message.text.body),
        column(({ raw }) => raw.toString()),
      ],
    })
    for (const { done } of batch) done()
    flying--
    flush()
  }
  return (message, raw, done) => {
    waiting.push({ message, raw, done })
    flush()
  }
}

const app = express()
app.disable('x-powered-by')
app.set('etag', false)
app.post(
  '/webhook',
  express.json({ limit: '1mb', verify: (request, _response, raw) => Object.assign(request, { raw }) }),
  (request: Request & { raw?: Buffer }, response) => {
    const expected = createHmac('sha256', appSecret).update(request.raw!).digest()
    const given = Buffer.from((request.get('x-hub-signature-256') ?? '').slice(7), 'hex')
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return void response.status(401).send('NO')
    const body = request.body as { entry: { changes: { value: { messages: Message[] } }[] }[] }
    keep(body.entry[0]!.changes[0]!.value.messages[0]!, request.raw!, () =>
      response.status(200).type('text').send('OK'),
    )
  },
)
const server = app.listen(Number(PORT), '127.0.0.1', () => console.log(JSON.stringify(server.address())))
