import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { model } from '../backend/model/index.ts'
import { MoveRefused, moveStore } from '../backend/platform/store/move.ts'
import { readModel } from '../backend/platform/store/spec.ts'
import { openStore, type Store } from '../backend/platform/store/store.ts'
import { runTool } from './backup-tools.ts'

const usage = `Copies everything from one store into an empty one and compares the two. Stop Parley first.

  npm run move-store -- --from data/parley.json --to postgres://user:password@host/database
  npm run move-store -- --from postgres://user:password@host/database --to data/parley.json

The media folder and the encryption key are no part of a store: keep them where they are.`

const log = { info: console.log, warn: console.warn, error: console.error }

/** A path is a JSON store. */
function toUrl(place: string): URL {
  return /^(postgres|postgresql|file):/.test(place) ? new URL(place) : pathToFileURL(resolve(place))
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } })
  if (!values.from || !values.to) throw new MoveRefused(usage)
  const [from, to] = [toUrl(values.from), toUrl(values.to)]
  if (from.href === to.href) throw new MoveRefused('Both stores are the same.')
  // Opening a JSON store makes it; a mistyped name would be moved as an empty one.
  if (from.protocol === 'file:')
    await access(from).catch(() => Promise.reject(new MoveRefused(`There is no ${values.from}.`)))

  const stores: Store<typeof model>[] = []
  try {
    for (const url of [from, to]) stores.push(await openStore(url, model, { log }))
    const specs = [...readModel(model).values()].map(({ spec }) => spec)
    await moveStore(stores[0]!.driver, stores[1]!.driver, specs, log)
    log.info(
      'Done. Point Parley at the new store; keep the old one until you are sure.\nMedia files and the encryption key are still in the data folder: if Parley moves to another one, take them along.',
    )
  } finally {
    await Promise.all(stores.map((store) => store.close()))
  }
}

await runTool(main)
