import { RuntimeError } from "../python/errors.js";
import { generatorsOf } from "../tensor/generators.js";
import { default_generator, type Generator } from "../tensor/index.js";
import type { Collated, Converted } from "./collate.js";
import { DataLoader } from "./dataloader.js";
import type { DataLoaderIterator } from "./loader_iterator.js";

/** A pass that has begun. */
interface Pass {
  /** The generators at its start, the default one first. */
  start: Uint8Array[];
  /** How many batches were taken. */
  taken: number;
}

/** Where a {@link StatefulDataLoader} is. */
export interface StatefulDataLoaderState {
  /** The loader's generators. */
  generators: Uint8Array[];
  /** The pass that has begun and not ended. */
  pass: Pass | null;
}

/**
 * A `DataLoader` that can be saved in the middle of a pass, as `torchdata`'s: `load_state_dict` makes the next pass the
 * rest of the one that was interrupted; leaving the loop (`break`) ends a pass. It begins that pass anew, with the generators as they were then, and drops the
 * batches that were taken; so samples with random parts of their own must draw from generators, not from `Math.random`.
 *
 * @example
 * const loader = new data.StatefulDataLoader(dataset, { batch_size: 32, shuffle: true });
 * for (const [inputs, targets] of loader) {
 *   train(inputs, targets);
 *   torch.save(checkpoint({ model, optimizer, loader }), "run.ckpt");
 * }
 */
export class StatefulDataLoader<
  T,
  Size extends number | null = number,
  Batch = Size extends null ? Converted<T> : Collated<T>,
> extends DataLoader<T, Size, Batch> {
  #pass: Pass | null = null;
  #resuming = false;

  override [Symbol.iterator](): DataLoaderIterator<Batch> {
    const generators = [default_generator, ...generatorsOf(this)!];
    const present = generators.map((g) => g.get_state());
    const interrupted = this.#resuming ? this.#pass : null;
    this.#resuming = false;

    if (interrupted) restoreAll(generators, interrupted.start);
    const batches = super[Symbol.iterator]();
    if (interrupted) {
      for (let i = 0; i < interrupted.taken; i++) batches.next();
      restoreAll(generators, present);
    }
    const pass = interrupted ?? { start: present, taken: 0 };
    this.#pass = pass;
    return this.#counting(batches, pass);
  }

  /** Notes in `pass` what is taken of `batches`. A loop that is left has ended its pass. */
  #counting(batches: DataLoaderIterator<Batch>, pass: Pass): DataLoaderIterator<Batch> {
    const next = batches.next.bind(batches);
    const end = (result: IteratorResult<Batch>): IteratorResult<Batch> => {
      if (this.#pass === pass) this.#pass = null;
      return result;
    };
    batches.next = () => {
      const result = next();
      if (result.done) return end(result);
      pass.taken++;
      this.#pass = pass;
      return result;
    };
    return Object.assign(batches, { return: () => end({ done: true, value: undefined }) });
  }

  /** Where the loader is: its generators, and how far the present pass has come. */
  state_dict(): StatefulDataLoaderState {
    const pass = this.#pass && { start: this.#pass.start, taken: this.#pass.taken };
    return { generators: generatorsOf(this)!.map((g) => g.get_state()), pass };
  }

  /** Goes to where a {@link state_dict} was made. The default generator has to be restored as well. */
  load_state_dict({ generators, pass }: StatefulDataLoaderState): void {
    const own = generatorsOf(this)!;
    if (generators.length !== own.length || (pass && pass.start.length !== own.length + 1)) {
      throw new RuntimeError(
        `the loader has ${own.length} generators, its state dict ${generators.length}`,
        "Build the loader with the arguments that it had when it was saved.",
      );
    }
    restoreAll(own, generators);
    this.#pass = pass && { ...pass };
    this.#resuming = pass !== null;
  }
}

function restoreAll(generators: readonly Generator[], states: readonly Uint8Array[]): void {
  generators.forEach((g, i) => void g.set_state(states[i]));
}
