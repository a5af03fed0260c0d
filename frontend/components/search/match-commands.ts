type Findable = { label: string; hint?: string; words?: string; group: string }

const most = 40
const fold = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase()

/** Every word must be there; what begins with the first word comes first. Without words everything is offered. */
export function matchCommands<Item extends Findable>(commands: readonly Item[], text: string): Item[] {
  const words = fold(text).split(/\s+/).filter(Boolean)
  if (words.length === 0) return commands.slice(0, most)
  return commands
    .flatMap((command) => {
      const label = fold(command.label)
      const all = `${label} ${fold(command.words ?? '')} ${fold(command.hint ?? '')} ${fold(command.group)}`
      if (!words.every((word) => all.includes(word))) return []
      const rank = label.startsWith(words[0]!) ? 0 : label.includes(words[0]!) ? 1 : 2
      return [{ command, rank }]
    })
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ command }) => command)
}
