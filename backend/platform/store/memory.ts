/** Workspaces whose memory is kept at once; of more, the one that was used least lately is forgotten. */
const mostWorkspaces = 100

/**
 * What this process worked out from the documents of a workspace and may forget at any time. Other processes change the
 * same documents, so whoever keeps something here must see for himself whether it still holds.
 */
export type Memory = <T>(name: string, make: () => T) => T

export function createMemories(most = mostWorkspaces): (workspaceId: string) => Memory {
  const memories = new Map<string, Map<string, unknown>>()
  return (workspaceId) => (name, make) => {
    const memory = memories.get(workspaceId) ?? new Map<string, unknown>()
    memories.delete(workspaceId)
    memories.set(workspaceId, memory)
    const [oldest] = memories.keys()
    if (memories.size > most) memories.delete(oldest!)
    return recall(memory, name, make)
  }
}

/** For a transaction, which may see what never comes to be. */
export function createShortMemory(): Memory {
  const memory = new Map<string, unknown>()
  return (name, make) => recall(memory, name, make)
}

function recall<T>(memory: Map<string, unknown>, name: string, make: () => T): T {
  if (!memory.has(name)) memory.set(name, make())
  return memory.get(name) as T
}
