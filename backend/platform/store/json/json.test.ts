import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeStore, specs } from '../conformance.ts'
import { openJsonStore } from './driver.ts'

describeStore('json', async () =>
  openJsonStore(join(await mkdtemp(join(tmpdir(), 'parley-store-')), 'parley.json'), specs),
)
