import { expect, test } from 'vitest'
import type { Context } from '../../feature.ts'
import { openTestApp } from '../../test/world.ts'
import { createAssigner } from './assignment.ts'

test('by turns means those who are online; the whole team only when nobody is', async () => {
  const { app, clock, close } = await openTestApp()
  try {
    const [workspace] = await app.store.system.workspaces.find({ limit: 1 })
    const store = app.store.workspace(workspace!.id)
    const [olga] = await store.users.find({ limit: 1 })
    const ana = await store.users.insert({ ...olga!, id: 'usr_ana', name: 'Ana', email: 'a@b.c', emailKey: 'a@b.c' })
    const base: Context = {
      store,
      workspaceId: workspace!.id,
      user: null,
      now: clock.now,
      notify() {},
    }
    const given = async (online: string[]) => {
      const next = await createAssigner({ ...base, online: () => online }, 'round_robin')
      return [next(), next(), next()]
    }
    expect(await given([ana.id])).toEqual([ana.id, ana.id, ana.id])
    expect(await given([ana.id, olga!.id])).toEqual([ana.id, olga!.id, ana.id])
    expect(await given([])).toEqual([ana.id, olga!.id, ana.id])
  } finally {
    await close()
  }
})
