import fc from "fast-check";
import { type Tensor, torch } from "rushlight";
import { describe, expect, it } from "vitest";

/* Views that come several at a time: split, chunk, unbind and their like. */

const makers: Record<string, (x: Tensor) => readonly Tensor[]> = {
  split: (x) => x.split(2),
  "split with sizes": (x) => x.split([1, 3]),
  chunk: (x) => x.chunk(3),
  unbind: (x) => x.unbind(1),
  tensor_split: (x) => x.tensor_split(2),
  hsplit: (x) => x.hsplit(2),
  vsplit: (x) => x.vsplit([1]),
};
const numbers = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 8, maxLength: 8 });
const leafOf = (values: readonly number[]): Tensor =>
  torch
    .tensor([...values], { dtype: torch.float64 })
    .view(4, 2)
    .requires_grad_();

describe.each(Object.entries(makers))("the pieces by %s", (name, pieces) => {
  it("share the memory, both ways", () => {
    const x = torch.zeros(4, 2);
    const [first] = pieces(x);
    first.fill_(1);
    expect(x.sum().item()).toBe(first.numel());
    x.fill_(7);
    expect(first.eq(7).all().item()).toBe(true);
    expect(first._base).toBe(x);
  });

  it("have the gradients of their parts", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const x = leafOf(values);
        const made = pieces(x.mul(1));
        const weighted = made.map((piece, i) =>
          piece
            .mul(piece)
            .mul(i + 1)
            .sum(),
        );
        weighted.reduce((sum, y) => sum.add(y)).backward();
        const factor = torch.zeros(4, 2, { dtype: torch.float64 });
        pieces(factor).forEach((piece, i) => void piece.fill_(2 * (i + 1)));
        expect(torch.allclose(x.grad!, x.detach().mul(factor))).toBe(true);
      }),
      { seed: 1, numRuns: 10 },
    );
  });

  it(`${name === "hsplit" || name === "vsplit" || name === "tensor_split" ? "may" : "may not"} be changed in place where a gradient is recorded`, () => {
    const x = leafOf([1, 2, 3, 4, 5, 6, 7, 8]);
    const change = () => void pieces(x.mul(1))[0].mul_(2);
    const severalAtATime = ["split", "split with sizes", "chunk", "unbind"].includes(name);
    if (severalAtATime) expect(change).toThrow(/is a view and is being modified inplace|is an output of a function/);
    else expect(change).not.toThrow();
  });

  it("made in no_grad may be changed there only", () => {
    const x = leafOf([1, 2, 3, 4, 5, 6, 7, 8]);
    const y = x.mul(1);
    const made = torch.no_grad(() => pieces(y));
    torch.no_grad(() => void made[0].mul_(2));
    expect(() => made[0].mul_(2)).toThrow("no_grad");
  });
});
