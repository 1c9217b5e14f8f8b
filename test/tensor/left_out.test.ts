import { torch } from "rushlight";
import { describe, expect, it } from "vitest";

describe("what is left out on purpose", () => {
  it.each([
    ["torch.svd", () => torch.svd(torch.eye(2))],
    ["torch.complex", () => torch.complex(torch.ones(1), torch.ones(1))],
    ["torch.sparse_coo_tensor", () => torch.sparse_coo_tensor()],
    ["torch.fft.rfft", () => torch.fft.rfft(torch.ones(4))],
    ["torch.linalg.eigh", () => torch.linalg.eigh(torch.eye(2))],
    ["torch.special.bessel_j0", () => torch.special.bessel_j0(torch.ones(1))],
  ])("says so: %s", (name, call) => {
    expect(call).toThrow(`${name} is not supported`);
  });

  it("hides nothing that is there", () => {
    expect(torch.linalg.det(torch.eye(2)).item()).toBe(1);
    expect(torch.special.entr(torch.ones(1)).item()).toBeCloseTo(0);
  });
});
