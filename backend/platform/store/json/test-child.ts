import { openJsonStore } from './driver.ts'
import { newNote, notes } from './test-notes.ts'

const store = await openJsonStore(process.argv[2]!, [notes])
await store.insert(notes, [newNote(1)], 'reject')
process.send!('ready')
setInterval(() => {}, 1000)
