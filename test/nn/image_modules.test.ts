import { readFileSync } from "node:fs";
import { nn, type Tensor, torch } from "rushlight";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { message } from "./members.js";

/* Convolution, pooling, padding, folding and upsampling against what scripts/reference/image_modules.py recorded. */

interface Case {
  name: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  shapes: number[][];
  repr?: string;
  output?: unknown;
  state?: Record<string, number[]>;
  error?: [string, string];
}

const recorded = JSON.parse(readFileSync("test/fixtures/image_modules.json", "utf8")) as Case[];

const make = ({ name, args, kwargs }: Case): nn.Module => {
  const Class = Reflect.get(nn, name) as new (...args: unknown[]) => nn.Module;
  torch.manual_seed(0);
  return new Class(...args, kwargs);
};

/** Holds the output against PyTorch's, up to rounding. */
function agrees(output: Tensor, theirs: unknown): boolean {
  const expected = torch.tensor(theirs as number[]);
  return (
    JSON.stringify(output.shape) === JSON.stringify(expected.shape) && torch.allclose(output, expected, 1e-5, 1e-6)
  );
}

describe("modules of images", () => {
  // some calls warn
  beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
  afterAll(() => void vi.restoreAllMocks());

  const named = recorded.map((each) => ({
    ...each,
    call: `${each.name}(${JSON.stringify([each.args, each.kwargs])})`,
  }));

  it.each(named.filter((each) => !each.error))("$call is PyTorch's", (each) => {
    const module = make(each);
    expect(String(module)).toBe(each.repr);
    const output = module(...each.shapes.map((shape) => torch.randn(shape))) as Tensor;
    expect(agrees(output, each.output)).toBe(true);
    expect(agrees(output.mul(1.0001), each.output)).toBe(false);
    const state = Object.entries(module.state_dict()).map(([key, tensor]) => [key, [...tensor.shape]]);
    expect(Object.fromEntries(state)).toEqual(each.state);
  });

  it.each(named.filter((each) => each.error))("$call fails as PyTorch's", (each) => {
    const [type, text] = message(() => make(each)(...each.shapes.map((shape) => torch.randn(shape))));
    expect([type, text.split("\n")[0]]).toEqual(each.error);
  });
});

describe("max pooling with its indices", () => {
  it("is undone by unpooling", () => {
    const x = torch.randn(2, 3, 4, 6);
    const [output, indices] = new nn.MaxPool2d(2, { return_indices: true })(x);
    const back = new nn.MaxUnpool2d(2)(output, indices);
    expect(back.shape).toEqual(x.shape);
    // what was largest in its window stands where it was, the rest is 0
    const kept = back.ne(0);
    expect(kept.sum().item()).toBe(output.numel());
    expect(back.where(kept, x).equal(x)).toBe(true);
    expect(new nn.MaxPool2d(2)(back.where(kept, -9)).equal(output)).toBe(true);
  });

  it("gives the size that was asked for", () => {
    const [output, indices] = new nn.MaxPool1d(2, { return_indices: true })(torch.randn(1, 1, 9));
    expect(new nn.MaxUnpool1d(2)(output, indices, [9]).shape).toEqual([1, 1, 9]);
    const layer = new nn.ConvTranspose2d(2, 3, 3, { stride: 2, padding: 1 });
    expect(layer(torch.randn(1, 2, 4, 4), [8, 7]).shape).toEqual([1, 3, 8, 7]);
    expect(message(() => layer(torch.randn(1, 2, 4, 4), [9, 9]))).toEqual([
      "ValueError",
      "requested an output size of [9, 9], but valid sizes range from [7, 7] to [8, 8] (for an input of torch.Size([4, 4]))",
    ]);
  });
});

describe("a lazy convolution", () => {
  it("becomes an ordinary one at its first call, with that one's weights", () => {
    torch.manual_seed(3);
    const net = new nn.Sequential(new nn.LazyConv2d(4, 3), new nn.ReLU(), new nn.LazyConv2d(2, 1));
    expect(String(net)).toContain("LazyConv2d(0, 4, kernel_size=(3, 3), stride=(1, 1))");
    net(torch.ones(1, 5, 6, 6));
    expect(String(net)).toContain("(0): Conv2d(5, 4, kernel_size=(3, 3), stride=(1, 1))");
    expect(net.state_dict()["2.weight"].shape).toEqual([2, 4, 1, 1]);
    torch.manual_seed(3);
    const plain = new nn.Conv2d(5, 4, 3);
    expect(net.state_dict()["0.weight"].equal(plain.weight)).toBe(true);
  });
});
