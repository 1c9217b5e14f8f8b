import type { RemovableHandle } from "../autograd/index.js";

/** Hooks in the order in which they run. */
export class Hooks<H> implements Iterable<H> {
  private entries: { readonly hook: H }[] = [];

  /** @param prepend run it before the hooks that are there already */
  add(hook: H, prepend = false): RemovableHandle {
    const entry = { hook };
    this.entries = prepend ? [entry, ...this.entries] : [...this.entries, entry];
    return {
      remove: () => {
        this.entries = this.entries.filter((other) => other !== entry);
      },
    };
  }

  *[Symbol.iterator](): Iterator<H> {
    for (const { hook } of this.entries) yield hook;
  }
}
