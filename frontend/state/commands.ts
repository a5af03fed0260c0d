import {
  computed,
  inject,
  onScopeDispose,
  shallowReactive,
  type Component,
  type ComputedRef,
  type InjectionKey,
} from 'vue'

export type Command = {
  id: string
  group: string
  label: string
  hint?: string
  icon?: Component
  keys?: string
  /** More words it is found by. */
  words?: string
  run: () => void
}

export type Commands = { all: ComputedRef<Command[]>; add: (commands: () => Command[]) => () => void }
export const commandsKey: InjectionKey<Commands> = Symbol('commands')

/** What the command bar offers: every part of the page brings what it can do for as long as it is there. */
export function createCommands(): Commands {
  const sources = shallowReactive(new Set<() => Command[]>())
  return {
    all: computed(() => [...sources].toReversed().flatMap((source) => source())),
    add(commands) {
      sources.add(commands)
      return () => sources.delete(commands)
    },
  }
}

function useCommandList(): Commands {
  const commands = inject(commandsKey)
  if (!commands) throw new Error('No commands were provided.')
  return commands
}

export const useCommands = () => useCommandList().all

export function provideCommands(commands: () => Command[]) {
  onScopeDispose(useCommandList().add(commands))
}
