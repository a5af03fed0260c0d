import { type Clock, realClock } from './clock.ts'
import { createFaults, type Faults } from './faults/faults.ts'
import { createRateGuard, type RateGuard } from './faults/rate.ts'
import { createIds, createRandom, type Ids, newSeed, type Random } from './ids.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { type Behaviour, changeBehaviour, DEFAULT_BEHAVIOUR, type SimulatorOptions } from './options.ts'
import { type Courier, createCourier } from './webhooks/delivery.ts'
import { createOutbox, type Outbox } from './webhooks/outbox.ts'
import { createPoster } from './webhooks/post.ts'
import { createDefaultWorld } from './world/defaults.ts'
import type { World } from './world/world.ts'

/** What every part of the simulator works with. Made once by `startSimulator`. */
export interface Simulation {
  world: World
  behaviour: Behaviour
  clock: Clock
  random: Random
  ids: Ids
  ledger: Ledger
  faults: Faults
  rates: RateGuard
  courier: Courier
  outbox: Outbox
  /** Where the product reaches us; known once the server listens. */
  baseUrl: () => string
  /** Runs later and counts as unfinished business until then. */
  later: (ms: number, run: () => void) => void
  log: (line: string) => void
}

export interface SimulationHandle {
  simulation: Simulation
  /** What is planned, collected and under way. All zero: nothing more will happen by itself. */
  unfinished: () => { planned: number; collecting: number; posting: number }
  stop: () => void
}

export function createSimulation(options: SimulatorOptions): SimulationHandle {
  const seed = options.seed ?? newSeed()
  const clock = options.clock ?? realClock
  const random = createRandom(seed)
  const behaviour = structuredClone(DEFAULT_BEHAVIOUR)
  changeBehaviour(behaviour, options.behaviour ?? {})
  const world = createDefaultWorld(options)
  const ledger = createLedger(options.ledger)
  const courier = createCourier({
    clock,
    poster: createPoster(),
    delivery: () => behaviour.delivery,
    record: (delivery) => ledger.deliver(delivery),
  })
  const outbox = createOutbox({ world, clock, random, courier, delivery: () => behaviour.delivery })
  const planned = new Set<() => void>()
  const simulation: Simulation = {
    world,
    behaviour,
    clock,
    random,
    ids: createIds(seed),
    ledger,
    // A stream of its own: webhooks draw at moments that no seed repeats.
    faults: createFaults(createRandom(seed + 1)),
    rates: createRateGuard(() => behaviour.limits),
    courier,
    outbox,
    baseUrl: () => '',
    later(ms, run) {
      const cancel = clock.after(ms, () => {
        planned.delete(cancel)
        run()
      })
      planned.add(cancel)
    },
    log: options.log ?? (() => {}),
  }
  return {
    simulation,
    unfinished: () => ({ planned: planned.size, collecting: outbox.collecting(), posting: courier.pending() }),
    stop() {
      for (const cancel of planned) cancel()
      planned.clear()
      outbox.close()
      courier.close()
    },
  }
}
