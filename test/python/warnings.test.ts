import { nn, torch } from "rushlight";
import { afterEach, describe, expect, it, vi } from "vitest";
import { simplefilter, warn, warnOnce } from "../../src/python/warnings.js";

describe("warnings", () => {
  const heard = vi.spyOn(console, "warn").mockImplementation(() => {});
  afterEach(() => {
    simplefilter("always");
    heard.mockClear();
  });

  it("are told once, as by Python's default filter", () => {
    simplefilter("default");
    for (let step = 0; step < 3; step++) nn.functional.mse_loss(torch.zeros(2, 3), torch.zeros(3));
    expect(heard).toHaveBeenCalledTimes(1);
    warn("this");
    warn("that");
    warn("that", "FutureWarning");
    expect(heard.mock.calls.slice(1)).toEqual([["UserWarning: this"], ["UserWarning: that"], ["FutureWarning: that"]]);
  });

  it("are told every time if the filter says so, but for those that PyTorch gives once", () => {
    for (let i = 0; i < 2; i++) {
      warn("again");
      warnOnce("once");
    }
    expect(heard.mock.calls).toEqual([["UserWarning: again"], ["UserWarning: once"], ["UserWarning: again"]]);
  });
});
