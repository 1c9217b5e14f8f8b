import { Tensor, torch } from "rushlight";
import { describe, expect, it } from "vitest";
import { leftOutOfLinalg, leftOutOfSpecial, leftOutOfTorch } from "../../src/tensor/left_out.js";
import { leftOutOfTensors, leftOutProperties } from "../../src/tensor/left_out_of_tensors.js";

/** What throws when it is called, by its full name. */
function calls(home: string, of: Readonly<Record<string, unknown>>): [string, () => unknown][] {
  return Object.entries(of).flatMap(([name, value]) =>
    typeof value === "function" ? [[`${home}.${name}`, value as () => unknown]] : [],
  );
}

describe("what is left out on purpose", () => {
  const { fft, ...functions } = leftOutOfTorch;
  const all = [
    ...calls("torch", functions),
    ...calls("torch.fft", fft),
    ...calls("torch.linalg", leftOutOfLinalg),
    ...calls("torch.special", leftOutOfSpecial),
    ...calls("Tensor", leftOutOfTensors),
  ];
  it.each(all)("says so: %s", (name, call) => {
    expect(call).toThrow(`${name} is not supported`);
  });

  it.each(Object.keys(leftOutProperties))("says so when a dtype or a layout is read: torch.%s", (name) => {
    expect(() => Reflect.get(torch, name)).toThrow(`torch.${name} is not supported`);
  });

  it("is reached where PyTorch has it", () => {
    expect(() => torch.svd(torch.eye(2))).toThrow("torch.svd is not supported");
    expect(() => torch.fft.rfft(torch.ones(4))).toThrow("torch.fft.rfft is not supported");
    expect(() => torch.linalg.eigh(torch.eye(2))).toThrow("torch.linalg.eigh is not supported");
    expect(() => torch.special.i0(torch.ones(1))).toThrow("torch.special.i0 is not supported");
    expect(() => torch.ones(2).to_sparse()).toThrow("Tensor.to_sparse is not supported");
  });

  it("includes what only some arguments ask for", () => {
    expect(() => torch.linalg.matrix_norm(torch.eye(2), "nuc")).toThrow(/nuc is not supported/);
    expect(() => torch.linalg.matrix_norm(torch.eye(2), 2)).toThrow(/2 is not supported/);
    expect(() => torch.norm(torch.eye(2), "nuc")).toThrow(/nuc is not supported/);
    expect(() => torch.add(torch.ones(1), 1, { out: torch.ones(1) } as object)).toThrow(/out is not supported/);
    expect(() => torch.zeros(2, { device: "cuda" })).toThrow("device 'cuda' is not supported");
    expect(() => torch.ones(2).to("cuda")).toThrow("device 'cuda' is not supported");
  });

  it("hides nothing that is there", () => {
    expect(torch.linalg.det(torch.eye(2)).item()).toBe(1);
    expect(torch.special.entr(torch.ones(1)).item()).toBeCloseTo(0);
    for (const name of Object.keys(functions)) expect(name in torch).toBe(true);
    for (const name of Object.keys(leftOutOfTensors))
      expect(Reflect.get(Tensor.prototype, name)).toBe(Reflect.get(leftOutOfTensors, name));
  });
});
