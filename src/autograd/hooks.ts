/** What registering a hook returns: `remove()` takes the hook out again. */
export interface RemovableHandle {
  remove(): void;
}

/** Hooks in the order of registration. */
export class HookList<H> implements Iterable<H> {
  private hooks = new Map<number, H>();
  private next = 0;

  /** Adds a hook at the end, or, with `prepend`, at the beginning. */
  add(hook: H, prepend = false): RemovableHandle {
    const id = this.next++;
    if (prepend) this.hooks = new Map([[id, hook], ...this.hooks]);
    else this.hooks.set(id, hook);
    return { remove: () => void this.hooks.delete(id) };
  }

  get size(): number {
    return this.hooks.size;
  }

  [Symbol.iterator](): Iterator<H> {
    return [...this.hooks.values()][Symbol.iterator]();
  }
}
