import { KeyError, RuntimeError } from "../python/errors.js";
import { isKeywords } from "../python/signature.js";
import { generatorsOf } from "../tensor/generators.js";
import { default_generator, Generator } from "../tensor/index.js";
import { copyOf } from "./encode.js";

/** Whatever can say its state and take it back: models, optimizers, schedulers, loaders. */
interface Stateful {
  state_dict(): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each takes its own kind of state
  load_state_dict(state: any): unknown;
}

/** A state by the name of its owner; `rng` is that of the default generator. */
export type Checkpoint = Record<string, unknown>;

/**
 * The state of a run, to be saved and given to {@link restore}: of everything that has a `state_dict`, of generators,
 * and of the default generator. A `DataLoader` is known by its generators: save between passes, or use a
 * `StatefulDataLoader`, which goes on in the middle. Plain values (an epoch, a history of losses) are kept as they are.
 *
 * The checkpoint shares no memory with the run; training on does not change it.
 *
 * @throws TypeError for an object without state, ValueError for the name `rng`
 * @example
 * torch.save(checkpoint({ model, optimizer, scheduler, loader, epoch }), "run.ckpt");
 */
export function checkpoint(parts: Readonly<Record<string, unknown>>): Checkpoint {
  if (RNG in parts) throw new KeyError(`'${RNG}'`, "The default generator's state goes by this name.");
  const states = Object.entries(parts).map(([name, part]) => [name, stateOf(name, part)]);
  return copyOf({ ...Object.fromEntries(states), [RNG]: default_generator.get_state() });
}

/**
 * Takes a run back to where its checkpoint was made. Build everything anew first, with the same arguments and in the same
 * order: a scheduler that is built later would overwrite the learning rates.
 *
 * Either all is restored or nothing: when a part does not fit, the others are put back as they were.
 *
 * @returns the plain values of the checkpoint
 * @throws KeyError if the checkpoint lacks a part or has one more, and what the parts' `load_state_dict` throw
 * @example
 * const { epoch } = restore(torch.load("run.ckpt"), { model, optimizer, scheduler, loader });
 */
export function restore(
  saved: unknown,
  parts: Readonly<Record<string, object>>,
  // biome-ignore lint/suspicious/noExplicitAny: plain values of the caller's own
): Record<string, any> {
  if (!isKeywords(saved) || !(RNG in saved)) {
    throw new RuntimeError("this is no checkpoint of a run", "checkpoint({ model, optimizer, ... }) makes one.");
  }
  checkNames(saved, parts);
  const names = Object.keys(parts);
  const before = checkpoint(parts);
  const state = copyOf(saved);
  try {
    for (const name of names) load(name, parts[name], state[name]);
    default_generator.set_state(state[RNG] as Uint8Array);
  } catch (error) {
    for (const name of names) load(name, parts[name], before[name]);
    default_generator.set_state(before[RNG] as Uint8Array);
    throw error;
  }
  return Object.fromEntries(Object.entries(state).filter(([name]) => name !== RNG && !(name in parts)));
}

const RNG = "rng";
/** Marks the state of a part, which plain values must not be mistaken for. */
const STATE = "state of";

function stateOf(name: string, part: unknown): unknown {
  if (isStateful(part)) return { [STATE]: nameOf(part), state: part.state_dict() };
  if (part instanceof Generator) return { [STATE]: "Generator", state: part.get_state() };
  const generators = isKeywords(part) ? null : generatorsOf(part);
  if (generators !== null) return { [STATE]: nameOf(part), state: generators.map((g) => g.get_state()) };
  if (typeof part === "function") throw new TypeError(`cannot save ${name}: a function has no state`);
  return part;
}

function load(name: string, part: object, saved: unknown): void {
  const { state } = saved as { state: unknown };
  if (isStateful(part)) part.load_state_dict(state);
  else if (part instanceof Generator) part.set_state(state as Uint8Array);
  else {
    const generators = generatorsOf(part)!;
    const states = state as Uint8Array[];
    if (states.length !== generators.length) {
      throw new RuntimeError(
        `'${name}' has ${generators.length} generators, its checkpoint ${states.length}`,
        "Build the loader with the arguments that it had when it was saved.",
      );
    }
    generators.forEach((g, i) => void g.set_state(states[i]));
  }
}

function checkNames(saved: Checkpoint, parts: Readonly<Record<string, object>>): void {
  for (const [name, part] of Object.entries(parts)) {
    if (!(name in saved)) {
      const known = Object.keys(saved).filter((key) => key !== RNG);
      throw new KeyError(`'${name}'`, `The checkpoint holds ${known.join(", ") || "nothing"}.`);
    }
    const kind = kindOf(saved[name]);
    if (kind === null) throw new KeyError(`'${name}'`, `The checkpoint holds a plain value of this name, not a state.`);
    if (kind !== nameOf(part)) {
      throw new RuntimeError(
        `'${name}' is a ${nameOf(part)}, its checkpoint was made of a ${kind}`,
        "Build what was saved, with the same arguments.",
      );
    }
  }
  const left = Object.keys(saved).filter((name) => !(name in parts) && kindOf(saved[name]) !== null);
  if (left.length > 0) {
    throw new KeyError(`'${left[0]}'`, `The checkpoint holds a state of this name, which nothing was given for.`);
  }
}

const kindOf = (saved: unknown): string | null => (isKeywords(saved) && STATE in saved ? String(saved[STATE]) : null);

const nameOf = (part: unknown): string => (part as object).constructor.name;

function isStateful(part: unknown): part is Stateful {
  const { state_dict, load_state_dict } = (part ?? {}) as Partial<Stateful>;
  return typeof state_dict === "function" && typeof load_state_dict === "function";
}
