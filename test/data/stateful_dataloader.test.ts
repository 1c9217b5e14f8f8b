import fc from "fast-check";
import { data, Generator, type Tensor, torch } from "rushlight";
import { describe, expect, it } from "vitest";

const configurations = fc.record({
  n: fc.integer({ min: 1, max: 20 }),
  batch_size: fc.integer({ min: 1, max: 6 }),
  shuffle: fc.boolean(),
  own: fc.boolean(),
  taken: fc.nat(30),
});
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

function make(n: number, batch_size: number, shuffle: boolean, own: boolean) {
  const generator = own ? new Generator().manual_seed(5) : null;
  const plain = new data.DataLoader(range(n), { batch_size, shuffle, generator });
  const stateful = new data.StatefulDataLoader(range(n), {
    batch_size,
    shuffle,
    generator: own ? new Generator().manual_seed(5) : null,
  });
  return { plain, stateful };
}

/** Takes `count` batches in one pass after the other, and draws beside it. */
function take(loader: Iterable<Tensor>, count: number): unknown[] {
  const taken: unknown[] = [];
  while (taken.length < count) {
    for (const batch of loader) {
      taken.push([batch.tolist(), torch.rand(1).item()]);
      if (taken.length === count) return taken;
    }
  }
  return taken;
}

describe("StatefulDataLoader", () => {
  it("makes the batches of a DataLoader", () => {
    fc.assert(
      fc.property(configurations, ({ n, batch_size, shuffle, own, taken }) => {
        const { plain, stateful } = make(n, batch_size, shuffle, own);
        torch.manual_seed(1);
        const expected = take(plain, taken);
        torch.manual_seed(1);
        expect(take(stateful, taken)).toEqual(expected);
      }),
    );
  });

  it("goes on in the middle of a pass, as if it had not been interrupted", () => {
    fc.assert(
      fc.property(configurations, ({ n, batch_size, shuffle, own, taken }) => {
        const run = (interruptedAt: number | null): unknown[] => {
          torch.manual_seed(1);
          const seen: unknown[] = [];
          let loader = make(n, batch_size, shuffle, own).stateful;
          let state: [data.StatefulDataLoaderState, Tensor] | null = null;
          for (let pass = 0; pass < 3; pass++) {
            for (const batch of loader) {
              seen.push(batch.tolist(), torch.rand(1).item());
              if (seen.length / 2 !== interruptedAt) continue;
              state = [loader.state_dict(), torch.get_rng_state()];
              break;
            }
            if (state === null) continue;
            loader = make(n, batch_size, shuffle, own).stateful;
            torch.manual_seed(999);
            loader.load_state_dict(state[0]);
            torch.set_rng_state(state[1]);
            state = null;
            pass--;
          }
          return seen;
        };
        expect(run(taken)).toEqual(run(null));
      }),
    );
  });

  it("begins anew after a loop that was left", () => {
    const loader = new data.StatefulDataLoader(range(6), { batch_size: 2 });
    for (const _ of loader) break;
    expect(loader.state_dict().pass).toBeNull();
    expect(take(loader, 1)).toHaveLength(1);
  });

  it("refuses the state of a loader with other generators", () => {
    const state = new data.StatefulDataLoader(range(6), { shuffle: true }).state_dict();
    const other = new data.StatefulDataLoader(range(6), { shuffle: true, generator: new Generator() });
    expect(() => other.load_state_dict(state)).toThrow("the loader has 1 generators, its state dict 0");
  });
});
