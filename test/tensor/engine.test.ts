import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { run_backward } from "../../src/autograd/engine.js";
import { type Edge, Node } from "../../src/autograd/node.js";

// micrograd on plain numbers: the engine knows no arrays

const order: string[] = [];

/** An operation on numbers: its inputs, and the derivative for each. */
class Operation extends Node<number> {
  released = false;

  constructor(
    private readonly text: string,
    inputs: readonly Value[],
    private readonly derivatives: readonly number[],
  ) {
    super(inputs.map((v) => v.edge));
  }

  name(): string {
    return this.text;
  }

  accumulate(a: number, b: number): number {
    return a + b;
  }

  override release(): void {
    this.released = true;
  }

  apply([grad]: readonly (number | null)[]): readonly number[] {
    order.push(this.text);
    return this.derivatives.map((d) => grad! * d);
  }
}

class Leaf extends Node<number> {
  grad = 0;

  constructor() {
    super([], 1, Number.POSITIVE_INFINITY);
  }

  name(): string {
    return "leaf";
  }

  accumulate(a: number, b: number): number {
    return a + b;
  }

  apply([grad]: readonly (number | null)[]): readonly never[] {
    this.grad += grad!;
    return [];
  }
}

class Value {
  constructor(
    readonly data: number,
    readonly node: Node<number> = new Leaf(),
  ) {}

  get edge(): Edge<number> {
    return { node: this.node, index: 0 };
  }

  get grad(): number {
    return (this.node as Leaf).grad;
  }

  add(other: Value, text = "add"): Value {
    return new Value(this.data + other.data, new Operation(text, [this, other], [1, 1]));
  }

  mul(other: Value, text = "mul"): Value {
    return new Value(this.data * other.data, new Operation(text, [this, other], [other.data, this.data]));
  }

  tanh(text = "tanh"): Value {
    const t = Math.tanh(this.data);
    return new Value(t, new Operation(text, [this], [1 - t * t]));
  }

  backward(keep_graph = false): void {
    order.length = 0;
    run_backward([this.edge], [1], { keep_graph, create_graph: false });
  }
}

const value = (data: number) => new Value(data);

describe("the engine on plain numbers", () => {
  it("computes micrograd's example", () => {
    const [a, b] = [value(-0.5), value(0.25)];
    const c = a.mul(b).add(a);
    const d = c.mul(c).add(b).tanh();
    d.backward();
    const slope = 1 - d.data ** 2;
    expect(a.grad).toBeCloseTo(slope * 2 * c.data * (b.data + 1), 14);
    expect(b.grad).toBeCloseTo(slope * (2 * c.data * a.data + 1), 14);
  });

  it("agrees with differences for any expression", () => {
    const program = fc.array(fc.tuple(fc.constantFrom("add", "mul", "tanh"), fc.nat(), fc.nat()), {
      minLength: 1,
      maxLength: 12,
    });
    const evaluate = (steps: readonly (readonly [string, number, number])[], inputs: readonly number[]) => {
      const leaves = inputs.map(value);
      const made = [...leaves];
      for (const [kind, i, j] of steps) {
        const [x, y] = [made[i % made.length], made[j % made.length]];
        // tanh keeps products from growing without bound
        made.push(kind === "add" ? x.add(y).tanh() : kind === "mul" ? x.mul(y) : x.tanh());
      }
      return { leaves, last: made[made.length - 1] };
    };
    fc.assert(
      fc.property(program, (steps) => {
        const at = [0.3, -0.7];
        const { leaves, last } = evaluate(steps, at);
        last.backward();
        leaves.forEach((leaf, i) => {
          const moved = (by: number) =>
            evaluate(
              steps,
              at.map((x, k) => (k === i ? x + by : x)),
            ).last.data;
          expect(leaf.grad).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 6);
        });
      }),
      { seed: 1 },
    );
  });

  it("sums the gradients of a value that is used several times, also by one operation", () => {
    const x = value(3);
    const y = x.mul(x).add(x);
    y.backward();
    expect(x.grad).toBe(2 * 3 + 1);
  });

  it("runs an operation once, when the gradients from all its uses have arrived", () => {
    const x = value(2);
    const shared = x.mul(x, "shared");
    shared.tanh("left").add(shared.tanh("right"), "sum").backward();
    expect(order.filter((name) => name === "shared")).toHaveLength(1);
    expect(order[order.length - 1]).toBe("shared");
  });

  it("runs the operation recorded last first", () => {
    const x = value(0.5);
    const first = x.tanh("first");
    const second = x.tanh("second");
    const third = x.tanh("third");
    second.add(first, "a").add(third, "b").backward();
    expect(order).toEqual(["b", "a", "third", "second", "first"]);
  });

  it("walks a chain of 100,000 operations without overflowing the stack", () => {
    const x = value(1);
    let y = x;
    for (let i = 0; i < 100_000; i++) y = y.add(x);
    y.backward();
    expect(x.grad).toBe(100_001);
  });

  it("forgets what the operations kept, unless it is told to keep it", () => {
    const y = value(2).tanh();
    const node = y.node as Operation;
    y.backward(true);
    expect(node.released).toBe(false);
    y.backward();
    expect(node.released).toBe(true);
  });

  it("starts from several roots at once, one of which may lie behind another", () => {
    const x = value(2);
    const y = x.mul(x);
    const z = y.mul(y);
    run_backward([z.edge, y.edge], [1, 10], { keep_graph: false, create_graph: false });
    expect(x.grad).toBe((2 * 4 + 10) * 4);
  });
});

describe("hooks", () => {
  it("of a value see its whole gradient, and may replace it", () => {
    const x = value(3);
    const y = x.add(x, "y");
    const seen: number[] = [];
    y.node.addTensorHook(0, (grad) => {
      seen.push(grad);
      return grad * 10;
    });
    y.mul(y).backward();
    expect(seen).toEqual([12]);
    expect(x.grad).toBe(240);
  });

  it("of an operation see the gradients before and after it, in the order of registration", () => {
    const x = value(3);
    const y = x.mul(value(5));
    const seen: unknown[] = [];
    y.node.register_prehook((grads) => void seen.push(["before", ...grads]));
    y.node.register_hook((inputs, outputs) => void seen.push(["after", ...inputs, ...outputs]));
    y.node.register_hook((inputs) => inputs.map((g) => g! + 1));
    y.backward();
    expect(seen).toEqual([
      ["before", 1],
      ["after", 5, 3, 1],
    ]);
    expect(x.grad).toBe(6);
  });

  it("are gone once removed", () => {
    const x = value(3);
    const y = x.tanh();
    y.node.addTensorHook(0, () => 100).remove();
    y.backward();
    expect(x.grad).toBeCloseTo(1 - Math.tanh(3) ** 2);
  });

  it("that return a wrong number of gradients are an error", () => {
    const y = value(3).tanh();
    y.node.register_hook(() => [1, 2]);
    expect(() => y.backward()).toThrow(/has returned an incorrect number of values/);
  });
});

describe("captured gradients", () => {
  const capture = (root: Value, ...wanted: Value[]) =>
    run_backward([root.edge], [1], { keep_graph: false, create_graph: false, capture: wanted.map((v) => v.edge) });

  it("are returned, of leaves and of what lies between, and nothing is accumulated", () => {
    const x = value(3);
    const y = x.mul(x);
    const z = y.mul(y);
    expect(capture(z, x, y)).toEqual([2 * 9 * 6, 2 * 9]);
    expect(x.grad).toBe(0);
  });

  it("are null where the root does not lead", () => {
    expect(capture(value(3).tanh(), value(1))).toEqual([null]);
  });

  it("need only the operations on the way", () => {
    order.length = 0;
    const [x, w] = [value(3), value(2)];
    capture(x.tanh("wanted").add(w.tanh("not wanted"), "sum"), x);
    expect(order).toEqual(["sum", "wanted"]);
  });

  it("of the root are what the walk started with", () => {
    const y = value(3).tanh();
    expect(capture(y, y)).toEqual([1]);
  });
});
